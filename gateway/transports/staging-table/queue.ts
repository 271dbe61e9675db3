// One table of new rows: a batch is claimed, stored piece by piece, and each row told what became of it.
import type { ItemResult } from '#connectors/sdk.ts'
import type { TableIn } from '#schemas/tables.ts'
import { maxChunkBytes, maxChunkItems } from '../../formats/limits.ts'
import type { Find, SourceItem } from '../../sources/port.ts'
import { type Claimed, claimRows, type Fate, settleRows } from './claim.ts'
import type { Place } from './place.ts'
import type { Server } from './server.ts'

/** What a batch may come to in memory; rows of a megabyte are claimed few at a time. */
const batchBytes = 8 * maxChunkBytes

const fates = { accepted: 'done', duplicate: 'done', conflict: 'conflict', refused: 'failed' } as const

export class Queue implements Place {
  readonly table: string
  readonly #server: Server
  readonly #spec: TableIn
  readonly #name: string
  /** Grows with rows that turn out small. */
  #limit = 50

  constructor(server: Server, spec: TableIn, system: string) {
    this.#server = server
    this.#spec = spec
    this.table = spec.table
    this.#name = `${system}/${spec.table}`
  }

  async next(worker: string): Promise<Find | undefined> {
    const rows = await claimRows(this.#server, this.#spec, worker, this.#limit)
    if (rows.length === 0) return undefined
    const bytes = rows.reduce((sum, row) => sum + row.bytes.length, 0)
    this.#limit = Math.min(maxChunkItems, Math.max(1, Math.floor(batchBytes / (bytes / rows.length))))
    return new Batch(this.#server, this.#spec, worker, rows, this.#name)
  }
}

class Batch implements Find {
  readonly message: string
  readonly name: string
  readonly #server: Server
  readonly #spec: TableIn
  readonly #worker: string
  /** Neither stored nor given back. */
  #open: readonly Claimed[]
  #chunk: readonly Claimed[] = []

  constructor(server: Server, spec: TableIn, worker: string, rows: readonly Claimed[], name: string) {
    this.#server = server
    this.#spec = spec
    this.#worker = worker
    this.#open = rows
    this.message = spec.message
    this.name = name
  }

  async *items(): AsyncIterable<readonly SourceItem[]> {
    let index = 0
    for (const chunk of chunksOf(this.#open.filter(row => !row.fault))) {
      this.#chunk = chunk
      yield chunk.map(({ tree, bytes }) => ({ index: index++, tree, bytes, contentType: 'application/json' }))
    }
  }

  async settled(results: readonly ItemResult[]): Promise<void> {
    const fate = new Map(this.#chunk.map((row, index) => [row.key, fateOf(results[index]!)]))
    await this.#settle(this.#chunk, row => fate.get(row.key)!)
  }

  /** What is left are rows in which there is no message yet. */
  end(): Promise<void> {
    const { tries } = this.#spec
    return this.#settle(this.#open, row => {
      const last = tries === undefined || row.tries >= tries.max
      return { to: last ? 'failed' : 'again', note: row.fault?.code }
    })
  }

  release(): Promise<void> {
    return this.#settle(this.#open, () => ({ to: 'back' }))
  }

  async #settle(rows: readonly Claimed[], fate: (row: Claimed) => Fate): Promise<void> {
    await settleRows(this.#server, this.#spec, this.#worker, rows, fate)
    const gone = new Set(rows.map(row => row.key))
    this.#open = this.#open.filter(row => !gone.has(row.key))
  }
}

function fateOf({ status, messageId, problem }: ItemResult): Fate {
  return { to: fates[status], note: problem?.code ?? messageId }
}

function* chunksOf(rows: readonly Claimed[]): Iterable<readonly Claimed[]> {
  let chunk: Claimed[] = []
  let bytes = 0
  for (const row of rows) {
    if (chunk.length > 0 && bytes + row.bytes.length > maxChunkBytes) {
      yield chunk
      chunk = []
      bytes = 0
    }
    chunk.push(row)
    bytes += row.bytes.length
  }
  if (chunk.length > 0) yield chunk
}
