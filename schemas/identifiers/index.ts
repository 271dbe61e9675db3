// Number families and their normaliser: the one place that knows when two numbers are the same number.
export type { FamiliesSource, FamilySource, NumberName, Scope } from './families.ts'
export { readFamilies } from './families.ts'
export { fold } from './fold.ts'
export type { Identifiers, NumberContext } from './normalise.ts'
export { createIdentifiers, numberNamespace, partKey } from './normalise.ts'
export type { FoundNumber } from './search.ts'
