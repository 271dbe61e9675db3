// A member as a process of its own that kills itself inside its first transaction, after records and offsets went out and
// before the end. Argument: the options as JSON.

import { openKafka } from '#gateway/kafka/open.ts'
import type { Batch } from '#gateway/kafka/port.ts'
import { echo, nextBatch } from '../../helpers/kafka.ts'

export interface HalfWayOptions {
  readonly brokers: string[]
  readonly group: string
  readonly topics: string[]
  readonly slot: string
  readonly out: string
}

/** The member looks at the batch's term when the commit begins, and a last time before it ends the transaction. */
function deadly(batch: Batch): Batch {
  const { term } = batch as Batch & { term: number }
  let looks = 0
  return Object.defineProperty({ ...batch }, 'term', {
    get() {
      if (++looks === 2) process.kill(process.pid, 'SIGKILL')
      return term
    },
  })
}

const { brokers, out, ...options } = JSON.parse(process.argv[2]!) as HalfWayOptions
const member = await openKafka({ brokers, clientId: 'half-way' }).member(options)
const batch = await nextBatch(member)
await member.commit(deadly(batch), echo(batch, out))
