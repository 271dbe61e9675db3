// How far a poll has read: kept in the registry, so that a restart and another process go on from there.
// A position is saved after what it covers is stored: a crash between both reads again, and repeats are harmless.
import type { Json } from '#connectors/sdk.ts'
import type { InRecord } from '../kafka/port.ts'
import type { Registry } from '../registry.ts'

export interface Positions {
  get(name: string): Json | undefined
  /** Resolves when the broker has it. */
  put(name: string, value: Json): Promise<void>
}

/** Keys of the registry that hold positions. */
export const positionKeys = 'position:'

export class HeardPositions {
  readonly #held = new Map<string, Json>()

  hear({ key, value }: InRecord): void {
    const name = key!.slice(positionKeys.length)
    if (value === null) this.#held.delete(name)
    else this.#held.set(name, (JSON.parse(value.toString()) as { at: Json }).at)
  }

  get(name: string): Json | undefined {
    return this.#held.get(name)
  }
}

export function createPositions(heard: HeardPositions, registry: Registry): Positions {
  return {
    get: name => heard.get(name),
    put: (name, value) => registry.put(positionKeys + name, { at: value }),
  }
}
