// One produce request at a time to one node; chunks that come meanwhile share the next one. Answers partition by partition,
// because a request may fail for one of them only.
import { NumericMap, ProtocolError } from '@platformatic/kafka'
import type { Chunk } from './chunks.ts'
import { apiOf, type Broker, type Client, connectionTo } from './wire.ts'

export interface Identity {
  readonly id: bigint
  readonly epoch: number
  readonly transactionalId: string | null
}

interface Waiting {
  readonly chunk: Chunk
  readonly identity: Identity
  readonly sequence: number
  readonly resolve: (offset: bigint) => void
  readonly reject: (error: unknown) => void
}

interface ProduceResponse {
  readonly responses: ReadonlyArray<{
    readonly name: string
    readonly partitionResponses: ReadonlyArray<{ index: number; errorCode: number; baseOffset: bigint }>
  }>
}

type Produce = [number, number, Chunk['messages'], object]

const acksAll = -1
const produceTimeoutMs = 3000
const maxRequestBytes = 32 << 20

export class NodeSender {
  readonly #client: Client
  readonly #broker: Broker
  #waiting: Waiting[] = []
  #busy = false

  constructor(client: Client, broker: Broker) {
    this.#client = client
    this.#broker = broker
  }

  /** Resolves with the offset of the chunk's first record. At most one chunk of a partition may be under way. */
  send(chunk: Chunk, identity: Identity, sequence: number): Promise<bigint> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ chunk, identity, sequence, resolve, reject })
      if (!this.#busy) {
        this.#busy = true
        // Chunks made in the same turn go together.
        queueMicrotask(() => void this.#drain())
      }
    })
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#take()
      try {
        this.#settle(group, await this.#request(group))
      } catch (error) {
        const answer = (error as { response?: ProduceResponse }).response
        if (answer?.responses) this.#settle(group, answer)
        else for (const waiting of group) waiting.reject(error)
      }
    }
    this.#busy = false
  }

  // A request carries one producer identity.
  #take(): Waiting[] {
    const identity = this.#waiting[0]!.identity
    const group: Waiting[] = []
    const rest: Waiting[] = []
    let bytes = 0
    for (const waiting of this.#waiting) {
      if (waiting.identity !== identity || bytes > maxRequestBytes) rest.push(waiting)
      else {
        group.push(waiting)
        for (const message of waiting.chunk.messages) bytes += message.value?.length ?? 0
      }
    }
    this.#waiting = rest
    return group
  }

  async #request(group: readonly Waiting[]): Promise<ProduceResponse> {
    const { identity } = group[0]!
    const sequences = new NumericMap()
    for (const { chunk, sequence } of group) sequences.set(`${chunk.topic}:${chunk.partition}`, sequence)
    const connection = await connectionTo(this.#client, this.#broker)
    const api = await apiOf<Produce, ProduceResponse>(this.#client, 'Produce')
    return api.async(
      connection,
      acksAll,
      produceTimeoutMs,
      group.flatMap(({ chunk }) => chunk.messages),
      { producerId: identity.id, producerEpoch: identity.epoch, sequences, transactionalId: identity.transactionalId },
    )
  }

  #settle(group: readonly Waiting[], answer: ProduceResponse): void {
    const results = new Map<string, { errorCode: number; baseOffset: bigint }>()
    for (const { name, partitionResponses } of answer.responses) {
      for (const partition of partitionResponses) results.set(`${name}:${partition.index}`, partition)
    }
    for (const { chunk, resolve, reject } of group) {
      const result = results.get(`${chunk.topic}:${chunk.partition}`)
      if (result?.errorCode === 0) resolve(result.baseOffset)
      else reject(new ProtocolError(result?.errorCode ?? -1))
    }
  }
}
