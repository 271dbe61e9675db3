// What the topic lanes says of doors, stored positions and orders about lanes, followed in the background: `<subscription>/door`,
// `…/cursor`, `…/order/…`.
import type { Reader } from '../kafka/port.ts'
import { type LaneOrder, marksPartition, orderOf, ordersKey } from './orders.ts'

export interface Marks {
  get(key: string): Buffer | undefined
  /** Orders about lanes of this subscription that nobody has obeyed yet. */
  orders(subscription: string): readonly LaneOrder[]
  /** Resolves when all that was written before this call has been read. */
  catchUp(): Promise<void>
  stop(): void
}

export interface MarksDeps {
  readonly reader: Reader
  readonly topic: string
  readonly log: { warn(facts: object, text: string): void }
  readonly wait?: (ms: number) => Promise<void>
}

/** The record that says that a door is shut. */
export const doorKey = (subscription: string): string => `${subscription}/door`
/** The stored position of a pull subscription. */
export const cursorKey = (subscription: string): string => `${subscription}/cursor`

const kept = /\/(door|cursor|order\/[^/]+)$/

const none: readonly LaneOrder[] = []

/** Resolves when the present end has been read. */
export async function followMarks(deps: MarksDeps): Promise<Marks> {
  const { reader, topic, log, wait = (ms: number) => new Promise<void>(done => setTimeout(done, ms)) } = deps
  const marks = new Map<string, Buffer>()
  const orders = new Map<string, LaneOrder>()
  let from: bigint | 'start' = 'start'
  let stopped = false
  let reading: Promise<unknown> = Promise.resolve()

  // One page at a time, whoever asks: two reads from the same place would apply old words over new ones.
  const read = (waitMs: number): Promise<boolean> => {
    const turn = reading.then(async () => {
      const page = await reader.page(topic, marksPartition, from, { waitMs })
      for (const { key, value } of page.records) {
        if (key === null || !kept.test(key)) continue
        if (value === null) marks.delete(key)
        else marks.set(key, value)
        if (!key.includes(ordersKey(''))) continue
        if (value === null) orders.delete(key)
        else orders.set(key, orderOf(value))
      }
      from = page.next
      return page.next >= page.end
    })
    reading = turn.catch(() => undefined)
    return turn
  }
  const follow = async () => {
    while (!(await read(0)));
  }
  // A commit is answered before its markers are written: the log's written end counts, not the last page's.
  const catchUp = async () => {
    const written = await reader.writtenEnd(topic, marksPartition)
    for (let waitMs = 0; from === 'start' || from < written; waitMs = 100) await read(waitMs)
  }
  await catchUp()
  void (async () => {
    while (!stopped) {
      await wait(500)
      await follow().catch((error: Error) => {
        if (!stopped) log.warn({ error: error.name }, 'marks.unreadable')
      })
    }
  })()
  return {
    get: key => marks.get(key),
    orders: subscription =>
      orders.size === 0
        ? none
        : [...orders].flatMap(([key, one]) => (key.startsWith(ordersKey(subscription)) ? [one] : [])),
    catchUp,
    stop() {
      stopped = true
    },
  }
}
