// Native → canonical → native keeps what identifies a case: numbers, parties, amount, days. Which fields those are is asked
// of the mappings; the samples lend their shape, everything that identifies in them is generated anew.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connectors } from '../helpers/connectors.ts'
import { lostOf, type Place, placesOf, put, untraced } from './round-trip/places.ts'
import { statusKinds } from './round-trip/status.ts'
import { type Sample, samplesOf } from './round-trip/trip.ts'
import type { Value } from './round-trip/values.ts'

const seed = 20260302
// The one that is told everything, and so says everything: it has an outbound rule without a condition.
const complete = [...connectors.values()].find(one =>
  one.manifest.outbound.some(rule => Object.keys(rule.when).length === 0),
)!

const told = new RegExp(`^/said/\\d+/${complete.manifest.id} `)

interface Trip {
  readonly sample: Sample
  readonly places: readonly Place[]
}

/** A generated message: new values for all that identifies in one sample. */
class Message {
  readonly trip: Trip
  readonly values: readonly Value[]

  constructor(trip: Trip, values: readonly Value[]) {
    this.trip = trip
    this.values = values
  }

  lost(): string[] {
    const { sample, places } = this.trip
    return lostOf(sample.travel(put(sample, places, this.values)), places, this.values)
  }

  [fc.toStringMethod](): string {
    const { sample, places } = this.trip
    return `${sample.name} with ${places.map((one, i) => `${one.pointer} ${JSON.stringify(this.values[i]!.native)}`).join(', ')}`
  }
}

const message = (trips: readonly Trip[]): fc.Arbitrary<Message> =>
  fc
    .constantFrom(...trips)
    .chain(trip => fc.tuple(...trip.places.map(one => one.kind.values)).map(values => new Message(trip, values)))

describe.each([...connectors])(`%s, seed ${seed}`, (_id, connector) => {
  const samples = samplesOf(connector, complete)
  const trips = samples.map(sample => ({ sample, places: placesOf(sample, seed) }))

  it('has a field for every number, party, amount and day of its records', () => {
    expect(trips.flatMap(({ sample, places }) => untraced(sample, places))).toEqual([])
  })

  it('is told whole: what its record owns is printed for the one that is told everything', () => {
    const mute = trips.flatMap(({ sample, places }) =>
      places
        .filter(
          one => !one.printed.some(at => told.test(at)) && one.canonical.some(at => /\/record\/|\/own\/0\//.test(at)),
        )
        .map(one => `${sample.name}: ${one.kind.name} of ${one.pointer}`),
    )
    expect(mute).toEqual([])
  })

  it('keeps every identity field of generated messages, there and back', () => {
    fc.assert(
      fc.property(message(trips), one => {
        expect(one.lost()).toEqual([])
      }),
      { seed, numRuns: 100 },
    )
  })

  it('makes of every status word the state of its table, and says it to the one that is told everything', () => {
    const tables = [connector.tables, complete.tables] as const
    const trips = samples.flatMap(sample => {
      const offered = statusKinds(connector.inbound.get(sample.message)!.compiled, ...tables)
      return placesOf(sample, seed, () => offered).map(place => ({
        sample,
        places: [{ ...place, printed: place.printed.filter(at => told.test(at)) }],
      }))
    })
    expect(trips.filter(one => one.places[0]!.printed.length > 0)).not.toEqual([])
    fc.assert(
      fc.property(message(trips), one => {
        expect(one.lost()).toEqual([])
      }),
      { seed, numRuns: 100 },
    )
  })
})
