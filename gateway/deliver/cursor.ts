// A pull cursor: signed and stateless, so that any process serves it. It names the topic's life, so that a position is never
// read in a topic that was deleted and made anew.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { HubError } from '#schemas/errors.ts'

export interface Position {
  /** Where to read next, by partition. */
  readonly offsets: readonly bigint[]
  readonly topicId: string
}

export interface Cursors {
  sign(subscription: string, position: Position): string
  /** Throws HUB_CURSOR_FOREIGN for a cursor that is not ours, or not of this subscription. */
  read(subscription: string, cursor: string): Position
}

const tagBytes = 16

/** @param key secret shared by all processes of the hub */
export function createCursors(key: Buffer): Cursors {
  const tagOf = (subscription: string, body: Buffer) =>
    createHmac('sha256', key).update(`cursor\n${subscription}\n`).update(body).digest().subarray(0, tagBytes)
  return {
    sign(subscription, { offsets, topicId }) {
      const body = Buffer.from([topicId, ...offsets.map(String)].join(' '))
      return Buffer.concat([tagOf(subscription, body), body]).toString('base64url')
    },
    read(subscription, cursor) {
      const bytes = Buffer.from(cursor, 'base64url')
      const tag = bytes.subarray(0, tagBytes)
      const body = bytes.subarray(tagBytes)
      const isOurs = tag.length === tagBytes && timingSafeEqual(tag, tagOf(subscription, body))
      if (!isOurs) throw new HubError('HUB_CURSOR_FOREIGN', { topic: subscription })
      const [topicId = '', ...offsets] = body.toString().split(' ')
      return { topicId, offsets: offsets.map(BigInt) }
    },
  }
}
