// Rows → a CSV table, for simulators of systems that upload tables: the names of the first row are the header.
import type { JsonObject } from './sdk-answer.ts'

export function csvText(rows: readonly JsonObject[]): string {
  const names = Object.keys(rows[0] ?? {})
  const lines = [names, ...rows.map(row => names.map(name => String(row[name] ?? '')))]
  return lines.map(cells => `${cells.map(quoted).join(',')}\r\n`).join('')
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
