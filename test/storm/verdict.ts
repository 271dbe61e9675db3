// The count after a storm. Facts in: what lies in the log, what the receivers journaled, what was recorded about it.
// No code of the hub; kept apart from where the facts come from, so that it can be shown to see each kind of fault.
import type { Arrival } from './journal.ts'
import type { Endpoint } from './plan.ts'

/** An event of the log, as first seen there. */
export interface Due {
  readonly endpoint: Endpoint
  readonly caseId: string
  /** Rises by one within the case. */
  readonly sequence: number
  readonly version: number
  /** When the broker appended it. */
  readonly at: number
}

/** What became of one event at its receiver. */
export interface Fate {
  readonly due: Due
  readonly deliveryId: string
  readonly firstAt: number
  acceptedAt: number | null
  /** By which it came when it was first accepted. */
  connection: number
  /** All arrivals, the first one included. */
  readonly arrivals: number[]
}

export interface Verdict {
  readonly faults: readonly string[]
  readonly fates: ReadonlyMap<string, Fate>
  /** Arrivals after one that was accepted, by receiver. */
  readonly repeats: ReadonlyMap<Endpoint, number>
  /** Arrivals after others of which none was accepted. */
  readonly retries: ReadonlyMap<Endpoint, number>
}

export class Judge {
  readonly #dues: ReadonlyMap<string, Due>
  readonly #fates = new Map<string, Fate>()
  readonly #eventOf = new Map<string, string>()
  /** By case: the latest event that arrived for the first time. */
  readonly #latest = new Map<string, Fate>()
  readonly #faults: string[] = []
  readonly #repeats = new Map<Endpoint, number>()
  readonly #retries = new Map<Endpoint, number>()

  constructor(dues: ReadonlyMap<string, Due>) {
    this.#dues = dues
  }

  /** In the order of the journal. */
  take(arrival: Arrival): void {
    const { eventId, deliveryId, endpoint, at, answer } = arrival
    const due = this.#dues.get(eventId)
    if (due?.endpoint !== endpoint) {
      this.#fault(`${endpoint} was sent event ${eventId}, which the log has for ${due?.endpoint ?? 'nobody'}`)
      return
    }
    if (due.caseId !== arrival.caseId || due.sequence !== arrival.sequence || due.version !== arrival.version)
      this.#fault(`event ${eventId} arrived with another case, sequence or version than the log has`)
    if ((this.#eventOf.get(deliveryId) ?? eventId) !== eventId)
      this.#fault(`delivery ${deliveryId} stands for two events, ${eventId} and ${this.#eventOf.get(deliveryId)}`)
    this.#eventOf.set(deliveryId, eventId)
    const fate = this.#fates.get(eventId) ?? this.#first(arrival, due)
    if (fate.deliveryId !== deliveryId)
      this.#fault(`event ${eventId} came to ${endpoint} as ${fate.deliveryId} and as ${deliveryId}`)
    if (fate.arrivals.length > 0) count(fate.acceptedAt === null ? this.#retries : this.#repeats, endpoint)
    fate.arrivals.push(at)
    if (answer !== '200' || fate.acceptedAt !== null) return
    fate.acceptedAt = at
    fate.connection = arrival.connection
  }

  end(): Verdict {
    for (const [eventId, due] of this.#dues)
      if ((this.#fates.get(eventId)?.acceptedAt ?? null) === null)
        this.#fault(`lost: event ${eventId}, number ${due.sequence} of case ${due.caseId}, for ${due.endpoint}`)
    return { faults: this.#faults, fates: this.#fates, repeats: this.#repeats, retries: this.#retries }
  }

  #first({ eventId, deliveryId, at }: Arrival, due: Due): Fate {
    const fate: Fate = { due, deliveryId, firstAt: at, acceptedAt: null, connection: 0, arrivals: [] }
    const before = this.#latest.get(due.caseId)
    if (due.sequence !== (before?.due.sequence ?? 0) + 1)
      this.#fault(`case ${due.caseId}: number ${due.sequence} arrived after number ${before?.due.sequence ?? 0}`)
    if (before && before.acceptedAt === null)
      this.#fault(`case ${due.caseId}: number ${due.sequence} came before its predecessor was accepted`)
    this.#latest.set(due.caseId, fate)
    this.#fates.set(eventId, fate)
    return fate
  }

  #fault(text: string): void {
    this.#faults.push(text)
  }
}

function count(map: Map<Endpoint, number>, endpoint: Endpoint): void {
  map.set(endpoint, (map.get(endpoint) ?? 0) + 1)
}
