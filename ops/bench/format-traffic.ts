// The bench's message in each format that systems send, as the body of a request.
import { writeBody } from '#gateway/index.ts'
import type { MessageFormat } from '#schemas/files.ts'
import type { Traffic } from './traffic.ts'

type Tree = null | boolean | number | string | Tree[] | { [name: string]: Tree }

export interface FormatTraffic {
  readonly format: MessageFormat
  readonly contentType: string
  readonly bodyOf: (n: number) => Buffer
}

export function formatTraffic({ textOf }: Traffic): Readonly<Record<'json' | 'form' | 'xml' | 'csv', FormatTraffic>> {
  const treeOf = (n: number) => JSON.parse(textOf(n)) as Tree
  const xml: MessageFormat = { format: 'xml', xml: { namespaces: { '': 'urn:bench' }, lists: listsIn(treeOf(1), '') } }
  const csv: MessageFormat = { format: 'csv', csv: {} }
  return {
    json: { format: { format: 'json' }, contentType: 'application/json', bodyOf: n => Buffer.from(textOf(n)) },
    form: {
      format: { format: 'form', form: { field: 'data' } },
      contentType: 'application/x-www-form-urlencoded',
      bodyOf: n => Buffer.from(new URLSearchParams({ data: textOf(n) }).toString()),
    },
    xml: {
      format: xml,
      contentType: 'application/xml',
      bodyOf: n => writeBody([treeOf(n)], { format: 'xml', xml: xml.xml! }).body,
    },
    csv: { format: csv, contentType: 'text/csv', bodyOf: n => writeBody([flat(treeOf(n))], { format: 'csv' }).body },
  }
}

/** Where lists stand. */
function listsIn(tree: Tree, at: string): string[] {
  if (Array.isArray(tree)) return [at, ...tree.flatMap(one => listsIn(one, at))]
  if (typeof tree !== 'object' || tree === null) return []
  return [...new Set(Object.entries(tree).flatMap(([name, one]) => listsIn(one, `${at}/${name}`)))]
}

/** A row has no fields in fields: all of them side by side, so that it is as long. */
function flat(tree: Tree): { [name: string]: Tree } {
  const cells: { [name: string]: Tree } = {}
  const walk = (one: Tree, name: string): void => {
    if (typeof one !== 'object' || one === null) cells[name] = one
    else for (const [key, inner] of Object.entries(one)) walk(inner, name === '' ? key : `${name}.${key}`)
  }
  walk(tree, '')
  return cells
}
