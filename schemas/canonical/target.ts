// What an inbound mapping may set: the canonical record and its personal part as one flat object, read off the schemas.
// Parties are written whole; translate splits each into its open and its sealed half by the class of each field.
import type { Schema } from '../avro.ts'

export type FieldKind = 'text' | 'int' | 'long' | 'number' | 'millis' | 'date' | 'money' | 'boolean' | 'list' | 'object'

interface Node {
  readonly type: unknown
  readonly name?: string
  readonly fields?: readonly { readonly name: string; readonly type: unknown; readonly 'hub.class': string }[]
  readonly items?: unknown
  readonly logicalType?: string
}

const primitiveKinds: Readonly<Record<string, FieldKind>> = {
  string: 'text',
  int: 'int',
  long: 'long',
  double: 'number',
  boolean: 'boolean',
}

const logicalKinds: Readonly<Record<string, FieldKind>> = {
  'timestamp-millis': 'millis',
  date: 'date',
  decimal: 'money',
}

/** What translate and correlate fill in themselves: a mapping never sets it. */
const hubOwned = [
  /^sealed$/,
  /^envelope\.(?!eventType$|occurredAt|nativeSequence$|nativeMessageId$|correction$|signature$)/,
  /^case\.(caseId|caseNo|openTitle|caseStatus|stage|openedAt|closedAt|links|proceedings|mergedInto|version|sequence)(\[\]|\.|$)/,
  /^proceeding\.(proceedingId|system|numbers|cited|parentProceedingId|version)(\[\]|\.|$)/,
]

/** Dotted path -> kind, for the lint and the compiler of mappings. */
export function mappingTarget(caseRecord: Schema, sealedPart: Schema): Readonly<Record<string, FieldKind>> {
  const fields: Record<string, FieldKind> = {}
  walk(caseRecord as Node, '', fields, new Map())
  for (const path of Object.keys(fields)) if (hubOwned.some(one => one.test(path))) delete fields[path]
  const personal: Record<string, FieldKind> = {}
  walk(sealedPart as Node, '', personal, new Map())
  for (const [path, kind] of Object.entries(personal)) {
    if (path.startsWith('parties')) fields[path] = kind
    else fields[`personal.${path}`] = kind
  }
  return fields
}

function walk(node: Node, prefix: string, out: Record<string, FieldKind>, named: Map<string, Node>): void {
  for (const field of node.fields ?? []) visit(field.type, prefix ? `${prefix}.${field.name}` : field.name, out, named)
}

function visit(type: unknown, path: string, out: Record<string, FieldKind>, named: Map<string, Node>): void {
  const inner = Array.isArray(type) ? type.find(one => one !== 'null') : type
  const node = typeof inner === 'string' ? named.get(inner.split('.').at(-1)!) : (inner as Node)
  if (node === undefined) out[path] = primitiveKinds[inner as string] ?? 'text'
  else if (node.logicalType !== undefined) out[path] = logicalKinds[node.logicalType] ?? 'text'
  else if (node.type === 'array') {
    out[path] = 'list'
    visit(node.items, `${path}[]`, out, named)
  } else if (node.type === 'record') {
    named.set(node.name!, node)
    out[path] = 'object'
    walk(node, path, out, named)
  } else visit(node.type, path, out, named)
}

/** `hub.class` of every leaf and branch by dotted path, for the splitting of parties and for what a purpose may see. */
export function classesOf(schema: Schema): Readonly<Record<string, string>> {
  const out: Record<string, string> = {}
  const named = new Map<string, Node>()
  const each = (node: Node, prefix: string): void => {
    for (const field of node.fields ?? []) {
      const path = prefix ? `${prefix}.${field.name}` : field.name
      out[path] = field['hub.class']
      const inner = recordInside(field.type, named)
      if (inner) each(inner.node, inner.list ? `${path}[]` : path)
    }
  }
  each(schema as Node, '')
  return out
}

function recordInside(
  type: unknown,
  named: Map<string, Node>,
  list = false,
): { node: Node; list: boolean } | undefined {
  if (Array.isArray(type))
    return recordInside(
      type.find(one => one !== 'null'),
      named,
      list,
    )
  if (typeof type === 'string') {
    const node = named.get(type.split('.').at(-1)!)
    return node && { node, list }
  }
  const node = type as Node
  if (node.type === 'array') return recordInside(node.items, named, true)
  if (node.type !== 'record') return undefined
  named.set(node.name!, node)
  return { node, list }
}
