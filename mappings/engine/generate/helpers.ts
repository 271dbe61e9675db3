// The few functions that generated code calls by a one-letter name.
import { flaw, isAbsent, isRecord } from '../runtime.ts'
import { textStep } from '../values.ts'

export const helpers = Object.freeze({
  A: Array.isArray,
  O: isRecord,
  E: isAbsent,
  F: flaw,
  T: textStep,
  /** A list of elements: the list itself, one value as a list, or nothing. */
  L(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : isAbsent(value) ? [] : [value]
  },
  /** Columns side by side → rows. */
  Z(columns: readonly (readonly [string, unknown])[]): readonly object[] {
    const length = Math.max(0, ...columns.map(([, list]) => (Array.isArray(list) ? list.length : 0)))
    return Array.from({ length }, (_, i) =>
      Object.fromEntries(columns.map(([name, list]) => [name, Array.isArray(list) ? list[i] : undefined])),
    )
  },
  /** Present texts of a list, joined. */
  J(list: unknown, separator: string): string | undefined {
    const parts = (Array.isArray(list) ? list : [list]).filter(v => !isAbsent(v) && typeof v !== 'object').map(String)
    return parts.length > 0 ? parts.join(separator) : undefined
  },
  /** Is `a` greater than `b`: as numbers when both are, else as text. Objects have no order, and may not be made text. */
  G(a: unknown, b: unknown): boolean {
    if (isAbsent(a) || typeof a === 'object') return false
    if (isAbsent(b) || typeof b === 'object') return true
    const [x, y] = [Number(a), Number(b)]
    return Number.isNaN(x) || Number.isNaN(y) ? String(a) > String(b) : x > y
  },
  /** A list without holes; undefined when empty. */
  C(list: unknown[]): unknown[] {
    return list.filter(v => v !== undefined)
  },
})

export type Helpers = typeof helpers
