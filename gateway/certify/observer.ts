// Follows what the hub itself records while a certification runs: case events of the system, and the deliveries of the
// cases that the certification made. Begins at the present end of the topics; nothing is written.
import type { CaseRecord } from '#schemas/canonical/types.ts'
import type { InRecord, Reader } from '../kafka/port.ts'

/** What a message of the system became. */
export interface CaseSeen {
  readonly at: number
  readonly messageId: string
  readonly caseId: string
  readonly proceedingId: string
  readonly status: string
  readonly flaws: readonly { readonly pointer: string; readonly rule: string }[]
  /** Keys of the numbers that the system gave: none while the case's own id stands for it. */
  readonly ownKeys: readonly string[]
}

export interface Tried {
  readonly deliveryId: string
  readonly messageId: string
  readonly subscription: string
  readonly outcome: string
  readonly attempt: number
  readonly at: string
  readonly code?: string
  readonly ms: number
}

export interface ObserverDeps {
  readonly reader: Reader
  readonly system: string
  readonly topics: { readonly caseEvents: string; readonly attempts: string; readonly out: string | undefined }
  readonly partitions: (topic: string) => number
  readonly decode: (bytes: Buffer) => CaseRecord
  readonly log: { warn(facts: object, text: string): void }
}

/** Families that stand for a case of ours, not for a number of the system. */
const standIns = ['hand-over', 'hub-case']
const waitMs = 500

export class Observer {
  readonly events: CaseSeen[] = []
  readonly tries: Tried[] = []
  /** Deliveries of our cases as they were routed, by message. */
  readonly routed = new Map<string, InRecord[]>()
  readonly #deps: ObserverDeps
  readonly #issued = new Set<string>()
  #following: Promise<void>[] = []
  #resting = false

  constructor(deps: ObserverDeps) {
    this.#deps = deps
  }

  /** Resolves when the present end of every topic is known: what happens from now on is seen, what was seen is kept. */
  async start(): Promise<void> {
    this.#resting = false
    const { caseEvents, attempts, out } = this.#deps.topics
    const takers: (readonly [string | undefined, (record: InRecord) => void])[] = [
      [caseEvents, record => this.#event(record)],
      [attempts, record => this.#attempt(record)],
      [out, record => this.#route(record)],
    ]
    for (const [topic, take] of takers) {
      if (topic === undefined) continue
      for (let partition = 0; partition < this.#deps.partitions(topic); partition += 1) {
        const { next } = await this.#deps.reader.page(topic, partition, 'end')
        this.#following.push(this.#follow(topic, partition, next, take))
      }
    }
  }

  /** From now on the deliveries of this message are kept. */
  watch(messageId: string): void {
    this.#issued.add(messageId)
  }

  triesOf(messageId: string): readonly Tried[] {
    return this.tries.filter(one => one.messageId === messageId)
  }

  /** Follows no more until it is started again. */
  async rest(): Promise<void> {
    this.#resting = true
    await Promise.all(this.#following)
    this.#following = []
  }

  async close(): Promise<void> {
    await this.rest()
    await this.#deps.reader.close()
  }

  async #follow(topic: string, partition: number, from: bigint, take: (record: InRecord) => void): Promise<void> {
    let next = from
    while (!this.#resting) {
      try {
        const page = await this.#deps.reader.page(topic, partition, next, { waitMs })
        for (const record of page.records) take(record)
        next = page.next
      } catch (error) {
        if (this.#resting) return
        this.#deps.log.warn({ topic, error: (error as Error).name }, 'certify.unreadable')
        await new Promise(done => setTimeout(done, waitMs))
      }
    }
  }

  #event({ value, headers, timestamp }: InRecord): void {
    if (value === null || headers.ce_systemid !== this.#deps.system) return
    const { envelope, proceeding, case: said } = this.#deps.decode(value)
    const numbers = proceeding.numbers.filter(one => !standIns.includes(one.family))
    this.events.push({
      at: timestamp,
      messageId: envelope.messageId,
      caseId: said.caseId ?? '',
      proceedingId: proceeding.proceedingId ?? '',
      status: proceeding.status,
      flaws: envelope.flaws.map(({ pointer, rule }) => ({ pointer, rule })),
      ownKeys: numbers.map(one => one.numberKey),
    })
  }

  #attempt({ value }: InRecord): void {
    if (value === null) return
    const tried = JSON.parse(value.toString()) as Tried & { readonly system: string }
    if (tried.system === this.#deps.system && this.#issued.has(tried.messageId)) this.tries.push(tried)
  }

  #route(record: InRecord): void {
    const messageId = record.headers.ce_messageid ?? ''
    if (!this.#issued.has(messageId)) return
    this.routed.set(messageId, [...(this.routed.get(messageId) ?? []), record])
  }
}
