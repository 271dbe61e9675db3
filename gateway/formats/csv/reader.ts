// Native messages out of CSV: one a row. The header row names the cells; each row is stored with the header above it, so that
// it is read again alone. A row with more or fewer cells than the header is refused alone.
import type { Json } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import type { CsvFormat, MessageFormat } from '#schemas/files.ts'
import { chunked } from '../chunks.ts'
import { decodeStream, decodeText, sniffCharset } from '../encodings.ts'
import { peek } from '../peek.ts'
import type { Read, ReadStream, Source, Whole } from '../read.ts'
import { columnsOf } from './columns.ts'
import { rowsOf, streamRows } from './rows.ts'
import { writeRow } from './writer.ts'

const csvUtf8 = 'text/csv; charset=utf-8'
const markBytes = 4

export function openCsv(bytes: Buffer, contentType: string | undefined, { csv = {} }: MessageFormat): Whole {
  const rows = rowsOf(decodeText(bytes, sniffCharset(bytes, contentType, csv.encoding)), csv)
  const table = new Table(csv)
  const reads = rows.flatMap(row => table.read(row) ?? [])
  if (reads.length === 0) throw noRows()
  return { reads, many: true }
}

export function streamCsv(source: Source, contentType: string | undefined, { csv = {} }: MessageFormat): ReadStream {
  return chunked(readCsv(source, contentType, csv))
}

/** A stored row → its tree. */
export function parseCsv(bytes: Buffer, contentType: string | undefined, format: MessageFormat): Json {
  const [first] = openCsv(bytes, contentType, format).reads
  if ('error' in first!) throw first.error
  return first!.tree
}

async function* readCsv(source: Source, contentType: string | undefined, csv: CsvFormat): AsyncGenerator<Read> {
  const { head, whole } = await peek(source, markBytes)
  const table = new Table(csv)
  let isEmpty = true
  for await (const row of streamRows(decodeStream(whole, sniffCharset(head, contentType, csv.encoding)), csv)) {
    const read = table.read(row)
    if (!read) continue
    isEmpty = false
    yield read
  }
  if (isEmpty) throw noRows()
}

/** Turns rows into messages, one after the other. */
class Table {
  readonly #format: CsvFormat
  #columns: readonly string[] | undefined
  #header = ''
  #index = 0

  constructor(format: CsvFormat) {
    this.#format = format
    this.#columns = format.columns
  }

  /** undefined: it was the header row. */
  read(row: readonly string[]): Read | undefined {
    const columns = this.#columns
    if (!columns) {
      this.#columns = columnsOf(row)
      this.#header = writeRow(this.#columns, this.#format)
      return undefined
    }
    const index = this.#index++
    if (row.length !== columns.length) {
      const rule = `CELLS_${row.length}_OF_${columns.length}`
      return { index, error: new HubError('HUB_RECEIVE_UNREADABLE', { pointer: '', rule }) }
    }
    const tree = Object.create(null) as { [name: string]: Json }
    for (let i = 0; i < columns.length; i++) tree[columns[i]!] = row[i]!
    return { index, tree, bytes: Buffer.from(this.#header + writeRow(row, this.#format)), contentType: csvUtf8 }
  }
}

function noRows(): HubError {
  return new HubError('HUB_RECEIVE_UNREADABLE', { pointer: '', rule: 'EMPTY_LIST' })
}
