import { expect, it } from 'vitest'
import { flaw, mostFlaws, type State } from '#mappings/engine/runtime.ts'

it('notes only the first faults of a broken list, each once, and not one more', () => {
  const state = { flaws: [], unknownCodes: [], own: [], cited: [], context: {} } as unknown as State
  for (const _round of [1, 2]) for (let i = 0; i < 100_000; i += 1) flaw(state, `/list/${i}`, 'NOT_A_RECORD')
  expect(state.flaws).toHaveLength(mostFlaws)
  expect(new Set(state.flaws.map(one => one.pointer)).size).toBe(mostFlaws)
})
