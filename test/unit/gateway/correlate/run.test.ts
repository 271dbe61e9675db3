// Who writes to correlate's store: the follower while others decide, the step alone while we do.
import { expect, test } from 'vitest'
import { correlateRun } from '#gateway/correlate/run.ts'
import type { CorrelateDeps } from '#gateway/correlate/stage.ts'
import { CorrelateState } from '#gateway/correlate/state.ts'
import { openSqliteStore } from '#gateway/store/sqlite.ts'

const empty = { records: [] }

/** Each catching up goes on until it is let go. */
function following() {
  const under: (() => void)[] = []
  let most = 0
  let began = 0
  const catchUp = async () => {
    began += 1
    await new Promise<void>(done => {
      under.push(done)
      most = Math.max(most, under.length)
    })
    under.splice(0, 1)
  }
  const state = new CorrelateState(openSqliteStore(':memory:'), 'case-state')
  const run = correlateRun({ state } as CorrelateDeps, 'case-state', catchUp, () => undefined)
  return { run, letGo: () => under[0]?.(), count: () => ({ began, most }) }
}

const turn = () => new Promise(done => setImmediate(done))

test('the first batch waits for what the follower reads, then reads again by itself, and nobody follows from then on', async () => {
  const { run, letGo, count } = following()
  const followed = run.follow()
  let decided = false
  const deciding = Promise.resolve(run.step(empty)).then(() => {
    decided = true
  })
  await turn()
  await run.follow()
  expect(count()).toEqual({ began: 1, most: 1 })
  letGo()
  await followed
  await turn()
  expect([count(), decided]).toEqual([{ began: 2, most: 1 }, false])
  letGo()
  await deciding
  await run.follow()
  expect(count().began).toBe(2)
})

test('after partitions are gone the store is followed again, and a failed reading leaves the next one to come', async () => {
  const { run, letGo, count } = following()
  const deciding = run.step(empty)
  await turn()
  letGo()
  await deciding
  run.discard('none')
  await run.follow()
  expect(count().began).toBe(1)
  run.discard('unknown')
  const followed = run.follow()
  expect(count().began).toBe(2)
  letGo()
  await followed
  const state = new CorrelateState(openSqliteStore(':memory:'), 'case-state')
  let tries = 0
  const fails = correlateRun(
    { state } as CorrelateDeps,
    'case-state',
    () => Promise.reject(++tries),
    () => undefined,
  )
  await fails.follow()
  await expect(fails.step(empty)).rejects.toBe(2)
  await fails.follow()
  expect(tries).toBe(3)
})
