// What the receivers and the operator do in each phase.
import type { Pauser } from './pauser.ts'
import { type Endpoint, endpoints, type PhaseName } from './plan.ts'
import type { Manner } from './processes/receiver.ts'
import type { Receivers } from './receivers.ts'

/** So often within a storm the one that is down comes back and goes again. */
const spells = 3
/** From here on those who are down or refuse take all again: what waits for them has the rest of the storm to arrive. */
const betterFrom = 0.7

export class Weather {
  readonly #receivers: Receivers
  readonly #pauser: Pauser
  readonly #later: NodeJS.Timeout[] = []

  constructor(receivers: Receivers, pauser: Pauser) {
    this.#receivers = receivers
    this.#pauser = pauser
  }

  turn(phase: PhaseName, lastsMs: number): void {
    if (phase === 'trouble') {
      this.#say({ down: 'down', slow: 'slow', picky: 'refusing' })
      this.#pauser.every(3000, 2000)
    }
    if (phase === 'pauses') this.#pauser.every(1500, 1500)
    if (phase === 'storm') {
      this.#pauser.every(8000, 3000)
      const spellMs = (lastsMs * betterFrom) / spells
      for (let spell = 0; spell < spells; spell += 1) {
        this.#in(spellMs * spell, { down: 'down' })
        this.#in(spellMs * (spell + 0.6), { down: 'well' })
      }
      this.#in(lastsMs * betterFrom, { picky: 'well' })
    }
  }

  /** All well again, and the paused one resumed. */
  async clear(): Promise<void> {
    for (const one of this.#later) clearTimeout(one)
    this.#say(Object.fromEntries(endpoints.map(name => [name, 'well'])))
    await this.#pauser.stop()
  }

  #in(ms: number, manners: Readonly<Partial<Record<Endpoint, Manner>>>): void {
    this.#later.push(setTimeout(() => this.#say(manners), ms))
  }

  #say(manners: Readonly<Partial<Record<Endpoint, Manner>>>): void {
    for (const [name, manner] of Object.entries(manners)) this.#receivers.behave(name as Endpoint, manner)
  }
}
