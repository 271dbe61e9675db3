// A lint finding: where, which code, in words. Printed the way compilers print.
import { type ErrorCode, entryOf, type Facts } from '#schemas/errors.ts'

export interface Position {
  readonly line: number
  readonly col: number
}

export interface LintIssue extends Position {
  readonly file: string
  readonly code: ErrorCode
  readonly facts: Facts
  readonly message: string
}

export function issue(file: string, at: Position, code: ErrorCode, facts: Facts): LintIssue {
  return { file, line: at.line, col: at.col, code, facts, message: entryOf(code).says(facts).en }
}

/** `mappings/x/y.inbound.yaml:6:31 HUB_LINT_TABLE_UNKNOWN table "case-status" does not exist; did you mean "status"?` */
export function formatIssue(i: LintIssue): string {
  return `${i.file}:${i.line}:${i.col} ${i.code} ${i.message}`
}

/** The known word nearest to `word`, when it is near enough to be a slip. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestScore = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const score = slipScore(word, candidate)
    if (score < bestScore) [best, bestScore] = [candidate, score]
  }
  return best
}

// Infinity = not near. Containment counts as near: "case-status" for "status".
function slipScore(word: string, candidate: string): number {
  const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
  if (distance <= Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3))) return distance
  const [short, long] = word.length < candidate.length ? [word, candidate] : [candidate, word]
  return short.length >= 4 && long.includes(short) ? distance + 10 : Number.POSITIVE_INFINITY
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}
