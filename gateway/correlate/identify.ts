// Whose proceeding is it? Decided by the message's own numbers alone (design: numbers and keys).
import type { NumberRef } from '#schemas/canonical/types.ts'
import { uuid5 } from '#schemas/uuid.ts'
import type { CorrelateState } from './state.ts'

export interface Identity {
  readonly proceedingId: string
  /** Own numbers that this proceeding may keep. */
  readonly own: readonly NumberRef[]
  /** Numbers that another system's proceeding owns: this system only cites them, whatever it calls them. */
  readonly foreign: readonly NumberRef[]
}

export const proceedingNamespace = 'b9a0c1a4-6a55-5a0e-9c57-3e1f0d8a7c21'

/** The known proceeding of this system that owns any of the numbers, else a new one named by the first number.
 *  Only the system that owns a proceeding changes it: a number owned elsewhere is moved to the cited ones. */
export function identify(state: CorrelateState, system: string, numbers: readonly NumberRef[]): Identity {
  const own: NumberRef[] = []
  const foreign: NumberRef[] = []
  let known: string | undefined
  for (const number of numbers) {
    const owner = state.get('n', number.numberKey)
    if (owner && owner.system !== system) foreign.push(number)
    else {
      own.push(number)
      known ??= owner?.proceedingId
    }
  }
  const first = own[0]
  const named = first ? first.numberKey : `${system}\n${foreign[0]!.numberKey}`
  return { proceedingId: known ?? uuid5(named, proceedingNamespace), own, foreign }
}

/** Numbers of a proceeding after a message: what it had, then what is new, by key. */
export function unionNumbers(had: readonly NumberRef[], said: readonly NumberRef[]): NumberRef[] {
  const keys = new Set(had.map(one => one.numberKey))
  return [...had, ...said.filter(one => !keys.has(one.numberKey))]
}
