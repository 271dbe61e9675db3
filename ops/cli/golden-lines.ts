// A difference of golden files as people read it: file, pointer, what is kept (-) and what the mapping gives now (+).
import { relative } from 'node:path'
import type { Difference, GoldenFault } from '#gateway/index.ts'

const shown = 200

export function goldenLines(root: string, { file, problem, differences }: GoldenFault): string[] {
  const name = relative(root, file)
  if (problem === 'missing') return [`${name} is missing  缺少`]
  if (problem === 'left over') return [`${name} has no sample any more  已无对应样例`]
  if (differences.length === 0) return [`${name} differs in the order of its fields  字段顺序不同`]
  return [`${name} differs  不一致`, ...differenceLines(differences)]
}

export function differenceLines(differences: readonly Difference[]): string[] {
  return differences.flatMap(one => [
    `  ${one.pointer || '/'}`,
    ...('kept' in one ? [`    - ${text(one.kept)}`] : []),
    ...('made' in one ? [`    + ${text(one.made)}`] : []),
  ])
}

function text(value: unknown): string {
  const said = JSON.stringify(value)
  return said.length > shown ? `${said.slice(0, shown)}… (${said.length})` : said
}
