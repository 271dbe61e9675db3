// What a purpose may not see as a field it does not see inside a text either: known values are replaced in running text.
import { masks } from './masks.ts'

export interface Hidden {
  readonly value: string
  /** What stands in its place. */
  readonly shown: string
}

const citizenId = /(?<!\d)[1-9]\d{16}[\dXx](?!\d)/g
const mobile = /(?<!\d)1[3-9]\d{9}(?!\d)/g

export interface ScrubRules {
  readonly hidden: readonly Hidden[]
  /** May any identity number, any phone be seen? Unknown persons' numbers stand in texts too. */
  readonly ids: boolean
  readonly phones: boolean
}

export function scrub(text: string, rules: ScrubRules): string {
  let out = text
  for (const { value, shown } of rules.hidden) if (value.length > 1) out = out.replaceAll(value, shown)
  if (!rules.ids) out = out.replace(citizenId, id => masks.id(id) ?? '***')
  if (!rules.phones) out = out.replace(mobile, phone => masks.phone(phone) ?? '***')
  return out
}
