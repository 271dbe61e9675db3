// What the checks of one certification work with: what was heard and recorded, and the hub's own hands.
import { randomUUID } from 'node:crypto'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import type { Exchange } from '#schemas/exchanges.ts'
import type { Subscription, SystemConfig } from '#schemas/files.ts'
import { type Entry, entryOf } from '../deliver/entry.ts'
import type { NativeDoor } from '../deliver/native.ts'
import type { Producer } from '../kafka/port.ts'
import type { Connector } from '../loader/connector.ts'
import type { Receipt } from '../receipts/receipt.ts'
import type { Heard } from '../receive/heard.ts'
import type { Observer } from './observer.ts'
import { choosePattern, type SyntheticDeps, syntheticCase } from './synthetic.ts'
import type { Known } from './types.ts'

export interface StandDeps {
  readonly system: SystemConfig
  readonly connector: Connector
  readonly observer: Observer
  /** The subscription through which the system is delivered to, with its door; undefined: it has none. */
  readonly receiving: { readonly subscription: Subscription; readonly door: NativeDoor } | undefined
  readonly synthetic: SyntheticDeps
  readonly codec: { encode(record: CaseRecord): Buffer; decode(bytes: Buffer): CaseRecord }
  readonly producer: Producer
  readonly receipt: (messageId: string) => Receipt | undefined
  readonly now: () => number
}

/** What was heard, and when. */
export interface Call extends Heard {
  readonly at: number
}

export class Stand {
  readonly deps: StandDeps
  readonly #runId: string
  readonly #calls: Call[] = []
  readonly #known = new Map<string, Known>()
  #cases = 0

  constructor(deps: StandDeps, runId: string) {
    this.deps = deps
    this.#runId = runId
  }

  hear(heard: Heard): void {
    this.#calls.push({ ...heard, at: this.deps.now() })
  }

  /** Calls of the system since the certification began, or since a moment. */
  calls(since = 0): readonly Call[] {
    return this.#calls.filter(one => one.at >= since)
  }

  learn(exchange: string, known: Known): void {
    this.#known.set(exchange, known)
  }

  /** An exchange that is run again begins anew, with a case of its own. */
  forget(exchange: string): void {
    this.#known.delete(exchange)
  }

  known(exchange: string): Known | undefined {
    return this.#known.get(exchange)
  }

  /** Keys of the numbers with which earlier exchanges began a case. */
  usedKeys(): ReadonlySet<string> {
    return new Set([...this.#known.values()].flatMap(one => (one.numberKey ? [one.numberKey] : [])))
  }

  /** Makes a case, or news of a known one, as the exchange says. Returns the id of its message. */
  async issue(expect: Extract<Exchange['expect'], { cases: readonly string[] }>): Promise<string> {
    const { system, connector, receiving, synthetic, producer, observer, now } = this.deps
    this.#cases += 1
    const messageId = randomUUID()
    const about = expect.about === undefined ? undefined : this.known(expect.about)
    const record = syntheticCase(synthetic, {
      system,
      pattern: choosePattern(connector, expect.cases, receiving!.subscription),
      messageId,
      number: `CERT-${this.#runId.slice(0, 8)}-${this.#cases}`,
      caseId: about?.caseId ?? null,
      now: now(),
    })
    observer.watch(messageId)
    await producer.send([record])
    return messageId
  }

  /** A delivery as it was routed. */
  entry(messageId: string, deliveryId: string): Entry | undefined {
    const routed = this.deps.observer.routed.get(messageId)
    const record = routed?.find(one => one.headers.hub_delivery === deliveryId)
    return record && entryOf(record)
  }

  /** The same words about a case that was never sent: other ids, other numbers. */
  neverSent(entry: Entry): Entry {
    const { codec } = this.deps
    const record = codec.decode(entry.value)
    const value = `CERT-${this.#runId.slice(0, 8)}-none`
    const renamed = <T extends { value: string; normalized: string; numberKey: string }>(numbers: readonly T[]): T[] =>
      numbers.map(one => ({ ...one, value, normalized: value, numberKey: randomUUID() }))
    const { proceeding } = record
    const proceedings = record.case.proceedings.map(one => ({ ...one, numbers: renamed(one.numbers) }))
    const caseId = randomUUID()
    const other = {
      ...record,
      case: { ...record.case, caseId, proceedings },
      proceeding: { ...proceeding, numbers: renamed(proceeding.numbers) },
    }
    return { ...entry, caseId, deliveryId: randomUUID(), value: codec.encode(other) }
  }

  /** Keys of the numbers that the system has given itself in a case, by proceeding. */
  ownNumbers(caseId: string): ReadonlyMap<string, readonly string[]> {
    const own = new Map<string, readonly string[]>()
    for (const one of this.deps.observer.events)
      if (one.caseId === caseId && one.ownKeys.length > 0) own.set(one.proceedingId, one.ownKeys)
    return own
  }
}
