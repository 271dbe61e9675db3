// Reads bad-input.yaml and makes the native message of a row: a valid sample, numbers of its own, one fault put in.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Json } from '#connectors/sdk.ts'
import { root } from '../../helpers/hub.ts'

export interface Expected {
  readonly http: number
  /** The problem of a refusal: code, pointer, rule. */
  readonly problem?: readonly [code: string, pointer?: string, rule?: string]
  readonly receipt?: string
  /** `pointer RULE`, sorted. */
  readonly flaws?: readonly string[]
  /** Tables whose unknown-code alarm rises. */
  readonly alarm?: readonly string[]
  /** Open fields of the event, by dotted path; null: absent. */
  readonly event?: Readonly<Record<string, Json>>
  /** Fields of its sealed part, likewise. */
  readonly personal?: Readonly<Record<string, Json>>
  /** Where the same message comes from a second system too. */
  readonly second?: { readonly receipt: string; readonly case: 'same' | 'other' }
}

export interface Row extends Expected {
  readonly put?: Readonly<Record<string, Put>>
  readonly also?: string
}

/** A plain value; or bytes that no text can hold, put in on the way; or text of a size. */
export type Put =
  | Json
  | { readonly gbk: string }
  | { readonly hex: string }
  | { readonly repeat: string; readonly bytes: number }

export interface ConnectorTable {
  readonly system: string
  readonly message: string
  readonly sample: string
  /** Own numbers by pointer; `{n}` is the row's number, in so many digits. */
  readonly numbers: Readonly<Record<string, string>>
  /** What is changed in every row: a number of another case would make one case of all rows. */
  readonly put?: Readonly<Record<string, Json>>
  readonly rows: Readonly<Record<string, Row | { readonly notApplicable: string }>>
}

export interface Table {
  readonly cases: Readonly<Record<string, string>>
  readonly connectors: Readonly<Record<string, ConnectorTable>>
}

export function readTable(): Table {
  return parse(readFileSync(new URL('bad-input.yaml', import.meta.url), 'utf8')) as Table
}

/** Stands in the native text where other bytes shall stand on the wire. */
export const stand = 'BYTES-STAND-HERE'

export function nativeOf(connector: string, table: ConnectorTable, row: Row, n: number): Json {
  const file = join(root, 'connectors', connector, 'samples/valid', table.sample)
  const native = JSON.parse(readFileSync(file, 'utf8')) as Json
  for (const [pointer, pattern] of Object.entries(table.numbers)) put(native, pointer, numbered(pattern, n))
  for (const [pointer, value] of Object.entries({ ...table.put, ...row.put })) put(native, pointer, writtenOf(value))
  return native
}

/** The bytes that take the place of `stand`. */
export function bytesOf(row: Row, gbk: (text: string) => Buffer): Buffer | undefined {
  for (const value of Object.values(row.put ?? {})) {
    if (typeof value !== 'object' || value === null) continue
    if ('gbk' in value) return gbk(value.gbk as string)
    if ('hex' in value) return Buffer.from(value.hex as string, 'hex')
  }
  return undefined
}

function numbered(pattern: string, n: number): string {
  return pattern.replace(/\{(n+)\}/, (_, digits: string) => String(n).padStart(digits.length, '0'))
}

function writtenOf(value: Put): Json {
  if (typeof value !== 'object' || value === null) return value
  if ('gbk' in value || 'hex' in value) return `虚${stand}一`
  if ('repeat' in value) {
    const { repeat, bytes } = value as { repeat: string; bytes: number }
    return repeat.repeat(Math.ceil(bytes / Buffer.byteLength(repeat)))
  }
  return value as Json
}

function put(tree: Json, pointer: string, value: Json): void {
  const segments = pointer.split('/').slice(1)
  const last = segments.pop()!
  let node = tree as Record<string, Json>
  for (const segment of segments) node = node[segment] as Record<string, Json>
  if (value === null) delete node[last]
  else node[last] = value
}
