// Rows → CSV. What goes out to people is guarded: a spreadsheet runs a cell that begins like a formula.
import type { Json } from '#connectors/sdk.ts'
import type { CsvFormat } from '#schemas/files.ts'
import { encodeText } from '../encodings.ts'

/** One row as it is, with its line end. */
export function writeRow(cells: readonly string[], { delimiter = ',' }: CsvFormat): string {
  // A row of one empty cell would be an empty line, which readers skip.
  const only = cells.length === 1 && cells[0] === ''
  return only ? '""\r\n' : `${cells.map(cell => quoted(cell, delimiter)).join(delimiter)}\r\n`
}

/** A table for a receiver. Its columns: those of the format, else the names of the first tree in their order. UTF-8 has a byte
 *  order mark: without it, spreadsheets take the file for GBK. */
export function writeCsv(trees: readonly Json[], format: CsvFormat): Buffer {
  const rows = trees.map(tree => (isObject(tree) ? tree : {}))
  const columns = format.columns ?? Object.keys(rows[0] ?? {})
  const table = rows.map(row =>
    writeRow(
      columns.map(name => guarded(cellOf(row[name]))),
      format,
    ),
  )
  const { encoding = 'utf-8' } = format
  const header = format.columns ? '' : writeRow(columns.map(guarded), format)
  return encodeText(`${encoding === 'utf-8' ? '\ufeff' : ''}${header}${table.join('')}`, encoding)
}

function cellOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const formula = /^[\s]*[=+\-@＝＋－＠]|^[\t\r\n]/u
const number = /^[+-]?\d+(\.\d+)?$/

function guarded(cell: string): string {
  return formula.test(cell) && !number.test(cell) ? `'${cell}` : cell
}

function quoted(cell: string, delimiter: string): string {
  return cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

function isObject(value: Json): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
