// The native code behind a flaw, where the open record keeps it word for word in a field of class S0. Never from the seal.

import { patternOf, type Verbatim } from '#mappings/engine/index.ts'
import type { CaseRecord, Flaw } from '#schemas/canonical/types.ts'

/** Longer is no code but a text. */
const longestCode = 64

/** null where the record does not say for certain. */
export function nativeCode(record: CaseRecord, flaw: Flaw, verbatim: readonly Verbatim[]): string | null {
  const at = patternOf(flaw.pointer)
  const unknown = new Set(
    record.envelope.flaws.filter(one => one.rule === 'UNKNOWN_CODE').map(one => patternOf(one.pointer)),
  )
  // Of several fields tried one after the other the first that holds anything was kept.
  const targets = verbatim.filter(one => one.from.find(path => unknown.has(path)) === at)
  const said = new Set(targets.flatMap(one => textsAt(record, one.target.split('.'))))
  const [code] = said
  return said.size === 1 && code!.length <= longestCode ? code! : null
}

function textsAt(value: unknown, [name, ...rest]: readonly string[]): string[] {
  if (name === undefined) return typeof value === 'string' ? [value] : []
  const inside = (value as Record<string, unknown> | null)?.[name.replace('[]', '')]
  return name.endsWith('[]') ? ((inside ?? []) as unknown[]).flatMap(one => textsAt(one, rest)) : textsAt(inside, rest)
}
