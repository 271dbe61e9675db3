// Pause and resume of a system: kept in the registry, so that it outlives a restart and reaches every process.
import type { InRecord } from './kafka/port.ts'
import type { Registry } from './registry.ts'

export interface Control {
  isPaused(system: string): boolean
  pause(system: string, by: string): Promise<void>
  resume(system: string, by: string): Promise<void>
}

/** Keys of the registry that tell who is paused. */
export const pausedKeys = 'paused:'

export class PausedSystems {
  readonly #paused = new Set<string>()

  hear(record: InRecord): void {
    const system = record.key!.slice(pausedKeys.length)
    if (record.value === null) this.#paused.delete(system)
    else this.#paused.add(system)
  }

  has(system: string): boolean {
    return this.#paused.has(system)
  }
}

export function createControl(paused: PausedSystems, registry: Registry, now: () => Date): Control {
  return {
    isPaused: system => paused.has(system),
    pause: (system, by) => registry.put(pausedKeys + system, { by, at: now().toISOString() }),
    resume: system => registry.put(pausedKeys + system, null),
  }
}
