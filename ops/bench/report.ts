// The table at the end: each figure, its target, its ratio to the limit measured in the same run. Nothing here fails.

export interface Row {
  readonly part: string
  readonly figure: string
  readonly value: number
  readonly unit: string
  /** Met when the value (or, with `of`, the ratio) is at most, or at least, this. */
  readonly target?: { readonly atMost: number } | { readonly atLeast: number } | { readonly ratioAtLeast: number }
  /** What the same machine could do at best in the same run. */
  readonly limit?: { readonly what: string; readonly value: number }
  readonly note?: string
}

export function formatTable(rows: readonly Row[]): string {
  const head = ['part', 'figure', 'measured', 'target', 'of limit', '', 'note']
  const lines = [head, ...rows.map(cells)]
  const widths = head.map((_, column) => Math.max(...lines.map(line => line[column]!.length)))
  return lines
    .map(line =>
      line
        .map((cell, column) => pad(cell, widths[column]!, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

// Numbers stand to the right.
function pad(cell: string, width: number, column: number): string {
  return column === 2 || column === 4 ? cell.padStart(width) : cell.padEnd(width)
}

function cells(row: Row): string[] {
  const { target, limit } = row
  const ratio = limit && row.value / limit.value
  const notes = [limit && `limit: ${limit.what} ${figure(limit.value)} ${row.unit}`, row.note]
  return [
    row.part,
    row.figure,
    `${figure(row.value)} ${row.unit}`,
    target ? textOf(target, row.unit) : '',
    ratio === undefined ? '' : `${Math.round(ratio * 100)} %`,
    target ? (isMet(row) ? 'met' : 'MISSED') : '',
    notes.filter(Boolean).join('; '),
  ]
}

export function isMet({ target, value, limit }: Row): boolean {
  if (!target) return true
  if ('atMost' in target) return value <= target.atMost
  if ('atLeast' in target) return value >= target.atLeast
  return limit !== undefined && value / limit.value >= target.ratioAtLeast
}

function textOf(target: NonNullable<Row['target']>, unit: string): string {
  if ('atMost' in target) return `<= ${figure(target.atMost)} ${unit}`
  if ('atLeast' in target) return `>= ${figure(target.atLeast)} ${unit}`
  return `>= ${Math.round(target.ratioAtLeast * 100)} %`
}

function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 100)
    return Math.round(value)
      .toString()
      .replace(/\B(?=(\d{3})+$)/g, ' ')
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2).replace(/\.?0+$/, '')
}
