// Rows of ours that the system has marked: its answer to a delivery, with the number it gave or the reason it did not.
import type { ItemResult, Json } from '#connectors/sdk.ts'
import type { Manifest } from '#schemas/files.ts'
import type { TableAnswers, TableOut } from '#schemas/tables.ts'
import { maxChunkItems } from '../../formats/limits.ts'
import type { AnswerAbout, Find, SourceItem } from '../../sources/port.ts'
import type { Place } from './place.ts'
import { type Row, type Server, shortly } from './server.ts'
import { put, type Tree } from './tree.ts'

/** Answers that changed after they were taken in are rare, and looking for them reads every row. */
const changedEveryMs = 60_000

export class Answers implements Place {
  readonly table: string
  readonly #server: Server
  readonly #spec: TableOut
  readonly #answers: TableAnswers
  readonly #message: string
  readonly #now: () => Date
  #changedAt = 0

  constructor(server: Server, spec: TableOut, { messages }: Manifest, now: () => Date) {
    this.#server = server
    this.#spec = spec
    this.#now = now
    this.#answers = spec.answers!
    this.table = spec.table
    this.#message = Object.entries(messages).find(([, one]) => one.answer)?.[0] ?? ''
  }

  /** Needs no claim: the same answer read by two workers is the same message twice. */
  async next(): Promise<Find | undefined> {
    const changedToo = this.#now().getTime() >= this.#changedAt
    const rows = await this.#look(changedToo)
    if (rows.length > 0) return this.#find(rows)
    if (changedToo) this.#changedAt = this.#now().getTime() + changedEveryMs
    return undefined
  }

  #look(changedToo: boolean): Promise<Row[]> {
    const { state, ids } = this.#spec
    const { taken, states } = this.#answers
    const codes = states.flatMap(one => one.codes)
    return this.#server.db
      .selectFrom(this.table)
      .selectAll()
      .where(state!.column, 'in', codes)
      .where(ids.case!, 'is not', null)
      .where(eb => {
        const fresh = eb(taken, 'is', null)
        return changedToo ? eb.or([fresh, eb(taken, '<>', eb.ref(state!.column))]) : fresh
      })
      .limit(maxChunkItems)
      .execute()
  }

  #find(rows: readonly Row[]): Find {
    const items = rows.map((row, index) => this.#item(row, index))
    return {
      message: this.#message,
      name: this.table,
      async *items() {
        yield items
      },
      settled: results => this.#taken(rows, results),
      // What is not marked as taken in is found again.
      end: () => Promise.resolve(),
      release: () => Promise.resolve(),
    }
  }

  #item(row: Row, index: number): SourceItem {
    const code = String(row[this.#spec.state!.column])
    const said = this.#answers.states.find(one => one.codes.includes(code))!
    const tree: Tree = {}
    for (const [pointer, word] of Object.entries(said.tree)) {
      const value = 'const' in word ? word.const : row[word.column]
      if (value !== null && value !== undefined) put(tree, pointer, value as Json)
    }
    const bytes = Buffer.from(JSON.stringify(tree))
    return { index, tree, bytes, contentType: 'application/json', about: this.#about(row) }
  }

  #about(row: Row): AnswerAbout {
    const { delivery, case: ofCase, event } = this.#spec.ids
    return {
      caseId: String(row[ofCase!]),
      deliveryId: String(row[delivery]),
      eventId: String(row[event!] ?? ''),
    }
  }

  /** Only where the state that was read still stands there. */
  async #taken(rows: readonly Row[], results: readonly ItemResult[]): Promise<void> {
    const state = this.#spec.state!.column
    const { delivery } = this.#spec.ids
    const stored = rows.filter((_, index) => results[index] !== undefined)
    await shortly(this.#server, async trx => {
      for (const [code, group] of Map.groupBy(stored, row => String(row[state]))) {
        await trx
          .updateTable(this.table)
          .set({ [this.#answers.taken]: code })
          .where(
            delivery,
            'in',
            group.map(row => row[delivery]),
          )
          .where(state, '=', code)
          .execute()
      }
    })
  }
}
