// The real number families, for tests.
import { readFileSync } from 'node:fs'
import {
  createIdentifiers,
  type FamiliesSource,
  type Identifiers,
  type NumberContext,
  readFamilies,
} from '#schemas/identifiers/index.ts'

export const hangzhou: NumberContext = { system: 'north', area6: '330106', prefecture4: '3301' }

export function realIdentifiers(): Identifiers {
  return createIdentifiers(realFamilies())
}

export function realFamilies(): FamiliesSource {
  return readFamilies(readFileSync('schemas/identifiers/families.yaml', 'utf8'))
}
