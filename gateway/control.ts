// Pause and resume of a system or of one subscription: kept in the registry, so that it outlives a restart and reaches every
// process.
import type { InRecord } from './kafka/port.ts'
import type { Registry } from './registry.ts'

export interface Control {
  /** Is the system paused, or this one subscription of it? */
  isPaused(system: string, subscription?: string): boolean
  pause(of: Pausable, id: string, by: string): Promise<void>
  resume(of: Pausable, id: string): Promise<void>
}

export type Pausable = 'system' | 'subscription'

/** Keys of the registry that tell who is paused. */
export const pausedKeys = 'paused:'

const keyOf = (of: Pausable, id: string): string => `${pausedKeys}${of}/${id}`

export class Paused {
  readonly #paused = new Set<string>()

  hear({ key, value }: InRecord): void {
    if (value === null) this.#paused.delete(key!)
    else this.#paused.add(key!)
  }

  has(of: Pausable, id: string): boolean {
    return this.#paused.has(keyOf(of, id))
  }
}

export function createControl(paused: Paused, registry: Registry, now: () => Date): Control {
  return {
    isPaused: (system, subscription) =>
      paused.has('system', system) || (subscription !== undefined && paused.has('subscription', subscription)),
    pause: (of, id, by) => registry.put(keyOf(of, id), { by, at: now().toISOString() }),
    resume: (of, id) => registry.put(keyOf(of, id), null),
  }
}
