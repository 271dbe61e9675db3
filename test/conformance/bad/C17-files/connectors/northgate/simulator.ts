// Lays its files out under a name that no message has.
import { type Json, type StartSimulator, startFileSimulator } from '../sdk.ts'

export const startSimulator: StartSimulator = options => {
  const notes: Json[] = []
  return startFileSimulator(options, {
    stem: () => 'letter',
    handle: file => {
      notes.push(file.native ?? null)
      return { ok: true }
    },
    store: () => [...notes],
  })
}
