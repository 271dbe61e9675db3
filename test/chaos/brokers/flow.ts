// Numbers that flow from a source through an exactly-once hop while brokers come and go, and are read beside it by position.
import type { Batch, InRecord, Kafka, Member, Reader } from '#gateway/kafka/port.ts'
import { isHubError } from '#schemas/errors.ts'
import { echo, numbered } from '../../helpers/kafka.ts'
import { until } from './nodes.ts'

export interface FlowOptions {
  readonly kafka: Kafka
  readonly source: string
  readonly partitions: number
  readonly out: string
  readonly group: string
  readonly slot: string
}

/** When something went on; the longest time in which nothing did is the pause. */
export class Pulse {
  readonly #beats: number[] = [performance.now()]

  beat(): void {
    this.#beats.push(performance.now())
  }

  longestSince(from: number): number {
    let last = from
    let longest = 0
    for (const at of [...this.#beats.filter(at => at > from), performance.now()]) {
      longest = Math.max(longest, at - last)
      last = at
    }
    return Math.round(longest)
  }
}

const groupSize = 10
const everyMs = 40
const resendMs = 100

/** Sends numbers at a steady rate; what is rejected is sent again, as a caller without an answer would. */
export class Numbers {
  readonly pulse = new Pulse()
  /** How often each number was given to the producer. */
  readonly tries = new Map<number, number>()
  /** The step during which a number was first sent. */
  readonly steps = new Map<number, string>()
  readonly refusals = new Map<string, number>()
  step = 'start'
  #paused = false
  #over = false
  #underWay = 0
  readonly #running: Promise<void>

  constructor(flow: FlowOptions) {
    this.#running = this.#run(flow)
  }

  get sent(): number {
    return this.tries.size
  }

  /** No further numbers; resolves when all that were begun are confirmed. */
  async pause(): Promise<void> {
    this.#paused = true
    await until('all numbers are confirmed', () => this.#underWay === 0)
  }

  resume(): void {
    this.#paused = false
  }

  async stop(): Promise<void> {
    this.#over = true
    await this.#running
    await until('all numbers are confirmed', () => this.#underWay === 0)
  }

  async #run({ kafka, source }: FlowOptions): Promise<void> {
    const producer = await kafka.producer()
    while (!this.#over) {
      await new Promise(done => setTimeout(done, everyMs))
      if (this.#paused) continue
      const from = this.sent
      for (let n = from; n < from + groupSize; n++) {
        this.tries.set(n, 0)
        this.steps.set(n, this.step)
      }
      void this.#insist(records => producer.send(records), source, from)
    }
    await until('all numbers are confirmed', () => this.#underWay === 0)
    await producer.close()
  }

  async #insist(send: (records: ReturnType<typeof numbered>) => Promise<unknown>, source: string, from: number) {
    this.#underWay++
    for (;;) {
      for (let n = from; n < from + groupSize; n++) this.tries.set(n, this.tries.get(n)! + 1)
      try {
        await send(numbered(source, groupSize, from))
        this.pulse.beat()
        break
      } catch (error) {
        if (!isHubError(error, 'HUB_KAFKA_UNREACHABLE')) throw error
        const cause = String(error.facts.cause)
        this.refusals.set(cause, (this.refusals.get(cause) ?? 0) + 1)
        await new Promise(done => setTimeout(done, resendMs))
      }
    }
    this.#underWay--
  }
}

/** Copies from source to out, a transaction a batch. */
export class Hop {
  readonly pulse = new Pulse()
  readonly aborts = new Map<string, number>()
  /** Numbers whose transaction was committed, or may have been. */
  readonly through = new Set<string>()
  #over = false
  #ended: Promise<void> = Promise.resolve()

  constructor(member: Member, out: string) {
    this.#ended = this.#run(member, out)
    this.#ended.catch(() => {})
  }

  /** Rejects with what ended the hop early. */
  async stop(): Promise<void> {
    this.#over = true
    await this.#ended
  }

  async #run(member: Member, out: string): Promise<void> {
    while (!this.#over) {
      const batch = await member.poll()
      if (!batch) continue
      try {
        await member.commit(batch, echo(batch, out))
        this.#take(batch)
        this.pulse.beat()
      } catch (error) {
        if (!isHubError(error, 'HUB_KAFKA_UNREACHABLE')) throw error
        if (error.facts.outcome === 'unknown') this.#take(batch)
        const cause = `${error.facts.cause} (${error.facts.outcome})`
        this.aborts.set(cause, (this.aborts.get(cause) ?? 0) + 1)
      }
    }
    await member.close()
  }

  #take({ records }: Batch): void {
    for (const { value } of records) this.through.add(String(value))
  }
}

/** Reads every partition by position, behind a cursor that names its topic, as a pull door does. */
export class Pull {
  readonly pulse = new Pulse()
  readonly seen: InRecord[] = []
  readonly faults: string[] = []
  /** Refusals that say the topic is another one now. */
  foreign = 0
  #over = false
  readonly #following = new Map<number, Promise<void>>()
  readonly #reader: Reader
  readonly #topic: string

  constructor(reader: Reader, topic: string, partitions: number) {
    this.#reader = reader
    this.#topic = topic
    this.follow(partitions)
  }

  /** Also the partitions that were added. */
  follow(partitions: number): void {
    for (let p = 0; p < partitions; p++) if (!this.#following.has(p)) this.#following.set(p, this.#follow(p))
  }

  async stop(): Promise<void> {
    this.#over = true
    await Promise.all(this.#following.values())
  }

  async #follow(partition: number): Promise<void> {
    let from: bigint | 'start' = 'start'
    let topicId: string | undefined
    let last = -1n
    while (!this.#over) {
      try {
        const page = await this.#reader.page(this.#topic, partition, from, {
          waitMs: 300,
          ...(topicId === undefined ? {} : { topicId }),
        })
        for (const record of page.records) {
          if (record.offset <= last) this.faults.push(`pull: partition ${partition} goes back to ${record.offset}`)
          last = record.offset
          this.seen.push(record)
        }
        if (page.records.length > 0) this.pulse.beat()
        from = page.next
        topicId = page.topicId
      } catch (error) {
        if (isHubError(error, 'HUB_CURSOR_FOREIGN')) {
          this.foreign++
          return
        }
        if (!isHubError(error, 'HUB_KAFKA_UNREACHABLE')) {
          this.faults.push(`pull: partition ${partition} ended with ${(error as { code?: string }).code}`)
          return
        }
      }
    }
  }
}
