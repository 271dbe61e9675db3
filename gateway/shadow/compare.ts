// What two versions of a mapping make of one message, place by place. Values leave here only from open fields of class S0.
import { patternOf } from '#mappings/engine/index.ts'
import { type ErrorCode, HubError } from '#schemas/errors.ts'
import type { Translated } from '../translate/stage.ts'

export interface FieldChange {
  /** Canonical place, `parties[].name`; `flaws` with rule and native place; `records`; `outcome`. */
  readonly path: string
  readonly kind: 'changed' | 'appears' | 'goes'
  /** Before and after, of open fields only; null where there is none. */
  readonly shown?: readonly [before: Shown, after: Shown]
}

export type Shown = string | number | boolean | null

/** A message that cannot be mapped has the code of its error. */
export type Result = Translated | ErrorCode

export function resultOf(map: () => Translated): Result {
  try {
    return map()
  } catch (error) {
    if (error instanceof HubError) return error.code
    throw error
  }
}

/** Places whose values may be shown: open fields of class S0. @param classes by dotted path, of the open record */
export function openPlaces(classes: Readonly<Record<string, string>>): (path: string) => boolean {
  return path => classes[path.replace(/\[\]$/, '')] === 'S0'
}

/** One change a place, however many of its elements differ. @param isOpen may values of this place be shown? */
export function compare(before: Result, after: Result, isOpen: (path: string) => boolean): FieldChange[] {
  if (typeof before === 'string' || typeof after === 'string') {
    const said = [before, after].map(one => (typeof one === 'string' ? one : 'mapped'))
    return said[0] === said[1] ? [] : [changeOf('outcome', [said[0]!, said[1]!])]
  }
  const [counted, recounted] = [before.records.length, after.records.length]
  const changes = new Map<string, FieldChange>()
  if (counted !== recounted) changes.set('records', changeOf('records', [counted, recounted]))
  for (let part = 0; part < Math.min(counted, recounted); part++) {
    const [old, made] = [placesOf(before.records[part]!), placesOf(after.records[part]!)]
    for (const key of new Set([...old.keys(), ...made.keys()])) {
      const pair = [old.get(key) ?? null, made.get(key) ?? null] as const
      if (pair[0] === pair[1]) continue
      const path = pathOf(key)
      if (!changes.has(path)) changes.set(path, changeOf(path, pair, isOpen(path)))
    }
  }
  return [...changes.values()]
}

function changeOf(path: string, [before, after]: readonly [Shown, Shown], open = true): FieldChange {
  const kind = before === null ? 'appears' : after === null ? 'goes' : 'changed'
  return open ? { path, kind, shown: [before, after] } : { path, kind }
}

/** Every single value by its place. What differs by nature is left out: stamps of versions. */
function placesOf({ record, personal }: Translated['records'][number]): Map<string, Shown> {
  const places = new Map<string, Shown>()
  const { mapping: _mapping, tables: _tables, flaws, ...envelope } = record.envelope
  const { parties = [], ...rest } = personal ?? {}
  const hidden = parties.map(({ partyRef: _ref, ...said }) => said)
  const merged = record.parties.map((party, index) => ({ ...hidden[index], ...party }))
  spread({ ...record, sealed: null, envelope, parties: merged, personal: rest }, '', places)
  for (const { rule, pointer } of flaws) places.set(`flaws ${rule} ${patternOf(pointer)}`, true)
  return places
}

function spread(value: unknown, at: string, places: Map<string, Shown>): void {
  if (value === null || value === undefined) return
  if (typeof value !== 'object') places.set(at, value as Shown)
  else for (const [name, child] of Object.entries(value)) spread(child, at === '' ? name : `${at}.${name}`, places)
}

function pathOf(key: string): string {
  return key.startsWith('flaws ') ? key : key.replace(/\.\d+(?=\.|$)/g, '[]')
}
