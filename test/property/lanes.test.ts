// The lanes of a delivery loop against a model: random failures, repairs, skips, aborted transactions, kills and rebalances. Per
// case the receiver gets every event, in order, each under one delivery id; only what a person skipped is missing; and no case
// waits for another.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Result } from '#gateway/deliver/door.ts'
import type { Entry } from '#gateway/deliver/entry.ts'
import type { LaneOrder } from '#gateway/deliver/orders.ts'
import { LaneWorld } from './lanes/world.ts'

const sick: readonly Result[] = [
  { kind: 'retry', code: 'HTTP_503' },
  { kind: 'retry', code: 'AWAY', unreached: true },
  { kind: 'unknown', code: 'CUT' },
  { kind: 'broken', code: 'B' },
]

const anyCase = fc.integer({ min: 1, max: 4 })

type Step = (world: LaneWorld) => void | Promise<void>

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(anyCase, fc.integer({ min: 1, max: 4 }))
      .map(([of, n]) => named(`publish ${n} of ${of}`, world => world.publish(of, n))),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(anyCase, fc.constantFrom(...sick))
      .map(([of, how]) => named(`${of} fails: ${JSON.stringify(how)}`, world => world.fail(of, how))),
  },
  { weight: 2, arbitrary: anyCase.map(of => named(`${of} is mended`, world => world.mend(of))) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom<LaneOrder['action']>('retry', 'skip', 'cancel'), anyCase)
      .map(([action, of]) => named(`${action} ${of}`, world => world.order(action, of))),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<LaneOrder['action']>('retry', 'cancel')
      .map(action => named(`${action} all`, world => world.order(action, null))),
  },
  { weight: 1, arbitrary: fc.constant(named('a transaction aborts', world => world.abortNext())) },
  { weight: 1, arbitrary: fc.constant(named('kill', world => world.kill())) },
  { weight: 1, arbitrary: fc.constant(named('rebalance', world => world.rebalance())) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 30 }).map(ms => named(`${ms} ms`, world => world.pass(ms))) },
)

/** Of events held in memory: none, two or three, all. */
const room = fc.constantFrom(0, 6000, 1 << 20)

function named(name: string, step: Step): Step {
  return Object.assign(step, { toString: () => name })
}

async function play(world: LaneWorld, script: readonly Step[]): Promise<void> {
  for (const step of script) await step(world)
}

describe('lanes', () => {
  it('lose nothing and keep the order of every case, whatever fails and whoever takes over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 30 }), room, async (script, maxHeldBytes) => {
        const world = new LaneWorld({ repeats: 'ignored', canLookUp: false, maxHeldBytes })
        try {
          await play(world, script)
          await world.mendAll()
          await world.untilEmpty()
          expect(world.faults).toEqual([])
          for (const [of, told] of world.published)
            expect({ of, arrived: world.firstArrivals(of) }).toEqual({
              of,
              arrived: told.filter(one => !world.wasSkipped(of, one)),
            })
        } finally {
          await world.end()
        }
      }),
      { numRuns: 40, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    )
  })

  it('let every sound case through while others are stuck', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sick),
        fc.array(anyCase, { minLength: 4, maxLength: 20 }),
        async (how, order) => {
          const world = new LaneWorld({ repeats: 'ignored', canLookUp: false, maxHeldBytes: 1 << 20 })
          try {
            for (const of of [1, 2]) world.fail(of, how)
            for (const of of order) world.publish(of, 1)
            await world.until(() =>
              [3, 4].every(of => world.firstArrivals(of).length === (world.published.get(of)?.length ?? 0)),
            )
            // Cut lines leave it with the receiver; what comes behind waits all the same.
            for (const of of [1, 2])
              expect(world.firstArrivals(of).length).toBeLessThanOrEqual(how.kind === 'unknown' ? 1 : 0)
            expect(world.faults).toEqual([])
          } finally {
            await world.end()
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it('never send twice, without a word of a person, to a receiver that takes repeats in twice', async () => {
    const calm = steps.filter(step => !/retry|skip/.test(String(step)))
    await fc.assert(
      fc.asyncProperty(fc.array(calm, { minLength: 5, maxLength: 30 }), async script => {
        const world = new LaneWorld({ repeats: 'duplicates', canLookUp: false, maxHeldBytes: 0 })
        try {
          await play(world, script)
          await world.pass(50)
          expect(world.faults).toEqual([])
          expect(world.takenTwice((entry: Entry) => entry.deliveryId)).toEqual([])
        } finally {
          await world.end()
        }
      }),
      { numRuns: 30 },
    )
  })
})
