// YAML with positions: the value, and for every place in it line and column.
import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml'
import { issue, type LintIssue, type Position } from './issues.ts'

export type Place = readonly (string | number)[]

export interface YamlFile {
  readonly file: string
  readonly value: unknown
  readonly issues: readonly LintIssue[]
  /** Position of the value at `place`; with `key`, of the key that names it. */
  at(place: Place, key?: boolean): Position
}

export function readYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), col: Math.max(1, col) }
  }
  const issues: LintIssue[] = doc.errors.map(e =>
    issue(file, position(e.pos[0]), 'HUB_LINT_YAML', {
      reason: (e.message.split('\n')[0] ?? e.code).replace(/ at line.*$/, ''),
    }),
  )
  visit(doc, {
    Scalar(_, node) {
      const word = node.source
      if (typeof node.value === 'number' && word !== undefined && node.type === 'PLAIN' && /^[+-]?0\d/.test(word))
        issues.push(issue(file, position(node.range?.[0] ?? 0), 'HUB_LINT_LEADING_ZERO', { word }))
    },
  })
  const root = doc.contents as Node | null
  const value = issues.length > 0 ? undefined : readValue(doc)
  if (value instanceof ReferenceError)
    issues.push(issue(file, position(firstAlias(doc)), 'HUB_LINT_ALIASES', { count: mostAliases }))
  return {
    file,
    value: value instanceof ReferenceError ? undefined : value,
    issues,
    at: (place, key = false) => position(locate(root, place, key)),
  }
}

/** How often an anchor may be used, those inside it counted: aliases of aliases grow without end. */
const mostAliases = 500

function readValue(doc: Document): unknown {
  try {
    return doc.toJS({ maxAliasCount: mostAliases })
  } catch (error) {
    if (error instanceof ReferenceError) return error
    throw error
  }
}

function firstAlias(doc: Document): number {
  let offset = 0
  visit(doc, {
    Alias(_, node) {
      offset = node.range?.[0] ?? 0
      return visit.BREAK
    },
  })
  return offset
}

function locate(root: Node | null, place: Place, key: boolean): number {
  let node: Node | null = root
  let offset = root?.range?.[0] ?? 0
  for (const [depth, step] of place.entries()) {
    const last = depth === place.length - 1
    if (isMap(node)) {
      const pair = node.items.find(p => isPair(p) && isScalar(p.key) && String(p.key.value) === String(step))
      if (pair === undefined) return offset
      const keyNode = pair.key as Node
      node = pair.value as Node | null
      offset = (last && key ? keyNode.range?.[0] : (node?.range?.[0] ?? keyNode.range?.[0])) ?? offset
    } else if (isSeq(node)) {
      node = (node.items[Number(step)] as Node | undefined) ?? null
      offset = node?.range?.[0] ?? offset
    } else return offset
  }
  return offset
}
