// One subscription with its topics in memory, a receiver that fails by case, and what a model says must come of it.
import type { PushDoor, Result } from '#gateway/deliver/door.ts'
import type { Entry } from '#gateway/deliver/entry.ts'
import { type LaneOrder, orderRecord } from '#gateway/deliver/orders.ts'
import { type DeliverRun, runDeliver } from '#gateway/deliver/run.ts'
import { HubError } from '#schemas/errors.ts'
import { FakeKafka, type FakeMember } from '../../unit/gateway/deliver/fake-kafka.ts'
import { caseId, placesOf, publish, topics } from '../../unit/gateway/deliver/rig.ts'

export interface WorldOptions extends Pick<PushDoor, 'repeats' | 'canLookUp'> {
  /** Of events that wait and are held in memory. */
  readonly maxHeldBytes: number
}

interface Life {
  readonly run: DeliverRun
  readonly member: FakeMember
  readonly process: Process
}

interface Process {
  /** A dead process writes nothing more. */
  alive: boolean
  /** Cases with an attempt under way. */
  readonly busy: Set<number>
}

const policy = { attempts: 3, firstWaitMs: 2, maxWaitMs: 6, deadlineMs: 60_000 }
const patient = 5000

export class LaneWorld {
  readonly faults: string[] = []
  readonly published = new Map<number, number[]>()
  readonly #kafka = new FakeKafka()
  readonly #options: WorldOptions
  readonly #sick = new Map<number, Result>()
  readonly #taken: { of: number; sequence: number; entry: Entry }[] = []
  readonly #ids = new Map<string, string>()
  #life: Life
  #aborts = 0
  #orders = 0

  constructor(options: WorldOptions) {
    this.#options = options
    this.#life = this.#start()
  }

  publish(of: number, count: number): void {
    const told = this.published.get(of) ?? []
    this.published.set(of, told)
    for (let n = 0; n < count; n += 1) {
      told.push(told.length + 1)
      publish(this.#kafka, [{ caseId: caseId(of), sequence: told.length }])
    }
  }

  fail(of: number, how: Result): void {
    this.#sick.set(of, how)
  }

  mend(of: number): void {
    this.#sick.delete(of)
  }

  order(action: LaneOrder['action'], of: number | null): void {
    this.#orders += 1
    const at = new Date(this.#orders).toISOString()
    const about = of === null ? null : caseId(of)
    const order = { action, caseId: about, partition: 0, by: 'op', reason: 'test', at }
    this.#kafka.append(orderRecord(topics.lanes, 'unit', order))
  }

  abortNext(): void {
    this.#aborts += 1
  }

  /** The process dies at once: whatever it has in hand is not written. Another one takes its place. */
  async kill(): Promise<void> {
    this.#life.process.alive = false
    await Promise.race([this.#life.run.stop(), this.pass(100)])
    this.#life = this.#start()
  }

  rebalance(): void {
    this.#life.member.rebalance()
  }

  pass(ms: number): Promise<void> {
    return new Promise(done => setTimeout(done, ms))
  }

  async mendAll(): Promise<void> {
    this.#sick.clear()
    this.#aborts = 0
  }

  /** Repairs until nothing waits any more. */
  async untilEmpty(): Promise<void> {
    const deadline = Date.now() + patient
    while (!this.#isEmpty()) {
      if (Date.now() > deadline) {
        this.faults.push(`still parked: ${[...this.#kafka.table(topics.parking).keys()]}`)
        return
      }
      if (this.#kafka.table(topics.parking).size > 0)
        for (const of of this.published.keys()) if (!this.#hasOrder(of)) this.order('retry', of)
      await this.pass(20)
    }
  }

  async until(what: () => boolean): Promise<void> {
    const deadline = Date.now() + patient
    while (!what()) {
      if (Date.now() > deadline) {
        this.faults.push('a sound case waits')
        return
      }
      await this.pass(5)
    }
  }

  async end(): Promise<void> {
    await this.#life.run.stop()
  }

  firstArrivals(of: number): number[] {
    return [...new Set(this.#taken.filter(one => one.of === of).map(one => one.sequence))]
  }

  wasSkipped(of: number, sequence: number): boolean {
    const isTaken = this.firstArrivals(of).includes(sequence)
    return !isTaken && this.#skips().has(`${of}.${sequence}`)
  }

  takenTwice(by: (entry: Entry) => string): string[] {
    const all = this.#taken.map(one => by(one.entry))
    return all.filter((one, i) => all.indexOf(one) !== i)
  }

  #isEmpty(): boolean {
    const { committed } = this.#kafka
    const orders = [...this.#kafka.table(topics.lanes).keys()].filter(key => !key.includes('/gap/'))
    const isAll = committed === this.#kafka.log('out.unit').length
    return isAll && this.#kafka.table(topics.parking).size === 0 && orders.length === 0
  }

  #hasOrder(of: number): boolean {
    return this.#kafka.table(topics.lanes).has(`unit/order/${caseId(of)}`)
  }

  /** Events that a committed transaction says were skipped. */
  #skips(): Set<string> {
    const told = this.#kafka.json(topics.attempts).filter(one => one.outcome === 'skipped')
    return new Set(told.map(one => this.#ids.get(String(one.deliveryId)) ?? ''))
  }

  #start(): Life {
    const member = this.#kafka.member('out.unit')
    const process: Process = { alive: true, busy: new Set() }
    const guard = <T>(work: () => T): T => {
      if (!process.alive) throw new HubError('HUB_KAFKA_FENCED', { slot: 's' })
      if (this.#aborts > 0) {
        this.#aborts -= 1
        member.rebalance()
        throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'commit', outcome: 'none' })
      }
      return work()
    }
    const guarded: FakeMember = {
      ...member,
      commit: async (batch, outputs) => guard(() => member.commit(batch, outputs)),
      write: async outputs => (outputs.length === 0 ? [] : guard(() => member.write(outputs))),
    }
    const { repeats, canLookUp, maxHeldBytes } = this.#options
    const run = runDeliver({
      about: { subscription: 'unit', system: 'unit', topics },
      door: { system: 'unit', repeats, canLookUp, attempt: entry => this.#receive(entry, process) },
      policy,
      member: guarded,
      reader: this.#kafka.reader(),
      places: placesOf(this.#kafka.reader()),
      now: () => new Date(),
      random: Math.random,
      answer: () => undefined,
      isPaused: () => false,
      orders: () => this.#pending(),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      patienceMs: 50,
      circuit: { threshold: 3, firstRestMs: 5, longestRestMs: 20 },
      wait: ms => this.pass(Math.min(ms, 5)),
      maxHeldBytes,
    })
    return { run, member, process }
  }

  #pending(): LaneOrder[] {
    return [...this.#kafka.table(topics.lanes)]
      .filter(([key]) => key.includes('/order/'))
      .map(([, one]) => JSON.parse(one.value!.toString()) as LaneOrder)
  }

  /** The receiver: what it takes in, and whether it was sent to as the model allows. */
  async #receive(entry: Entry, { busy }: Process): Promise<Result> {
    const of = Number(entry.caseId[0])
    const sequence = Number(entry.headers.ce_sequence)
    const name = `${of}.${sequence}`
    const known = this.#ids.get(entry.deliveryId)
    if (known !== undefined && known !== name) this.faults.push(`${name} has the id of ${known}`)
    this.#ids.set(entry.deliveryId, name)
    const skipped = this.#skips()
    const before = Array.from({ length: sequence - 1 }, (_, i) => i + 1)
    const missing = before.filter(one => !this.firstArrivals(of).includes(one) && !skipped.has(`${of}.${one}`))
    if (missing.length > 0) this.faults.push(`${name} was sent before ${missing}`)
    if (busy.has(of)) this.faults.push(`two of case ${of} at a time`)
    busy.add(of)
    await this.pass(Math.random() * 3)
    busy.delete(of)
    const how = this.#sick.get(of)
    // Cut after it was taken in: the receiver has it, the hub does not know.
    if (how === undefined || how.kind === 'unknown') this.#taken.push({ of, sequence, entry })
    return how ?? { kind: 'delivered' }
  }
}
