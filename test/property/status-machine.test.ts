import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideMove, isOpen, rowOf, type Said, type Standing } from '#schemas/status-machine.ts'
import { machine } from '../helpers/records.ts'

const said = fc.record({
  status: fc.constantFrom(...Object.keys(machine.statuses)),
  at: fc.option(fc.integer({ min: 0, max: 1000 })),
  sequence: fc.option(fc.integer({ min: 0, max: 50 })),
  correction: fc.constant(false),
}) as fc.Arbitrary<Said>

function run(messages: readonly Said[]): Standing[] {
  const standings: Standing[] = []
  let now: Standing | null = null
  for (const one of messages) {
    now = decideMove(machine, now, one).standing
    standings.push(now)
  }
  return standings
}

describe('the status machine', () => {
  it('never moves back in time', () => {
    fc.assert(
      fc.property(fc.array(said, { minLength: 1, maxLength: 30 }), messages => {
        let newest = -1
        for (const one of run(messages)) {
          if (one.at === null) continue
          expect(one.at).toBeGreaterThanOrEqual(newest)
          newest = one.at
        }
      }),
    )
  })

  it('without times, lowers the rank only by a status that may follow any other', () => {
    fc.assert(
      fc.property(fc.array(said, { minLength: 2, maxLength: 30 }), messages => {
        const untimed = messages.map(one => ({ ...one, at: null, sequence: null }))
        const standings = run(untimed)
        for (let i = 1; i < standings.length; i++) {
          if (standings[i]!.rank < standings[i - 1]!.rank) expect(rowOf(machine, untimed[i]!.status).moves).toBe('back')
        }
      }),
    )
  })

  it('gives the final status of the messages in order, whatever the order of arrival, when each has its own time', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          ['REGISTERED', 'DISPATCHED', 'SIGNED', 'ACCEPTED', 'MEDIATING', 'NOT_AGREED', 'CLOSED', 'VISITED'],
          { minLength: 2 },
        ),
        arrival => {
          const at = (status: string) => rowOf(machine, status).rank
          const standings = run(arrival.map(status => ({ status, at: at(status), sequence: null, correction: false })))
          const newest = [...arrival].sort((a, b) => at(b) - at(a))[0]
          expect(standings.at(-1)!.status).toBe(newest)
        },
      ),
    )
  })

  it('leaves an end state only upwards, by reopening or by return', () => {
    fc.assert(
      fc.property(fc.array(said, { minLength: 2, maxLength: 30 }), messages => {
        const standings = run(messages)
        for (let i = 1; i < standings.length; i++) {
          const [from, to] = [standings[i - 1]!, standings[i]!]
          if (isOpen(machine, from.status) || from.status === to.status) continue
          expect(rowOf(machine, to.status).moves === 'back' || to.rank >= from.rank).toBe(true)
        }
      }),
    )
  })
})
