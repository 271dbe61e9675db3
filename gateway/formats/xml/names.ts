// What elements and attributes are called in a tree, and which of them are lists. A sender's own prefixes do not matter.
import type { XmlFormat } from '#schemas/files.ts'

export const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance'
const xmlUri = 'http://www.w3.org/XML/1998/namespace'

/** Name in the tree of a name in a document. */
export type Naming = (uri: string, local: string) => string

export function namingOf({ namespaces }: XmlFormat): Naming {
  if (!namespaces) return (_uri, local) => local
  const prefixes = new Map(Object.entries(namespaces).map(([prefix, uri]) => [uri, prefix === '' ? '' : `${prefix}:`]))
  prefixes.set(xmlUri, 'xml:')
  prefixes.set('', '')
  return (uri, local) => {
    const prefix = prefixes.get(uri)
    // Kept under a name that no mapping reads: coverage shows it as forgotten.
    return prefix === undefined ? `{${uri}}${local}` : prefix + local
  }
}

/** Declared lists by the names that lead to them. */
export interface Lists {
  isList: boolean
  readonly below: Map<string, Lists>
}

export function listsOf(pointers: readonly string[] = []): Lists {
  const root: Lists = { isList: false, below: new Map() }
  for (const pointer of pointers) {
    let at = root
    for (const name of pointer.split('/').slice(1)) {
      const next = at.below.get(name) ?? { isList: false, below: new Map() }
      at.below.set(name, next)
      at = next
    }
    at.isList = true
  }
  return root
}

/** Names of the path to the element that is one message; empty: it is the root. */
export function itemPath({ item }: XmlFormat): readonly string[] {
  return item === undefined ? [] : item.split('/').slice(1)
}
