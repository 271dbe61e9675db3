import { expect, it, onTestFinished } from 'vitest'
import { mostRestarts, type Running, supervise, windowMs } from '#gateway/supervise.ts'
import { HubError } from '#schemas/errors.ts'

/** A stage that ends when it is told to. */
function fakeStage() {
  const ending = Promise.withResolvers<string>()
  let state = 'running'
  const end = (how: string) => {
    state = how
    ending.resolve(how)
  }
  const running: Running = {
    status: () => ({ state, lastCommitAt: null, reason: state === 'failed' ? { code: 'TypeError', at: 7 } : null }),
    stop: async () => end('stopped'),
    done: ending.promise,
  }
  return { running, end, break: (error: Error) => ending.reject(error) }
}

async function watched(random = () => 0) {
  const clock = { now: 1_000_000 }
  const stages: ReturnType<typeof fakeStage>[] = []
  const faults: Error[] = []
  const logs: string[] = []
  const log = (facts: object, text: string) => void logs.push(`${text} ${(facts as { code?: string }).code}`)
  const run = await supervise({
    stage: 'route',
    start: async () => {
      const fault = faults.shift()
      if (fault) throw fault
      const stage = fakeStage()
      stages.push(stage)
      return stage.running
    },
    log: { warn: log, error: log },
    now: () => clock.now,
    random,
  })
  onTestFinished(() => run.stop())
  const until = async (done: () => boolean) => {
    for (let i = 0; i < 2000 && !done(); i += 1) await new Promise(resolve => setTimeout(resolve, 1))
    expect(done()).toBe(true)
  }
  return { clock, stages, faults, logs, run, until }
}

it('starts a stage again that ended by itself, and keeps the reason', async () => {
  const { stages, run, until, logs } = await watched()
  stages[0]!.end('failed')
  await until(() => stages.length === 2)
  await until(() => run.health().state === 'running')
  expect(run.health()).toEqual({
    stage: 'route',
    state: 'running',
    lastCommitAt: null,
    reason: { code: 'TypeError', at: 7 },
    restarts: 1,
  })
  expect(logs).toEqual(['stage.restarting TypeError'])
})

it('starts a stage again whose promise broke', async () => {
  const { stages, run, until } = await watched()
  stages[0]!.break(new RangeError('a bug'))
  await until(() => stages.length === 2)
  expect(run.health().reason).toEqual({ code: 'RangeError', at: 1_000_000 })
})

it('waits before it starts one again', async () => {
  const { stages, run, until } = await watched(() => 1)
  stages[0]!.end('failed')
  await until(() => run.health().state === 'restarting')
  expect(stages).toHaveLength(1)
})

it('starts no more than so many in the window, says failed, and goes on when the window has passed', async () => {
  const { clock, stages, run, until, logs } = await watched()
  for (let n = 0; n < mostRestarts; n += 1) {
    stages.at(-1)!.end('failed')
    await until(() => stages.length === n + 2)
    if (n === 0) clock.now += windowMs - 50
  }
  stages.at(-1)!.end('failed')
  await until(() => logs.includes('stage.failed TypeError'))
  expect(run.health()).toMatchObject({ reason: { code: 'TypeError', at: 7 }, restarts: mostRestarts })

  // The first of the five falls out of the window 50 ms from now.
  await until(() => stages.length === mostRestarts + 2)
  await until(() => run.health().state === 'running')
})

it('never fights a twin: one that was fenced stays out and says so', async () => {
  const { stages, run, until, logs } = await watched()
  stages[0]!.end('fenced')
  await until(() => run.health().reason !== null)
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(stages).toHaveLength(1)
  expect(run.health()).toMatchObject({ state: 'fenced', reason: { code: 'HUB_KAFKA_FENCED' }, restarts: 0 })
  expect(logs).toEqual(['stage.stays-out HUB_KAFKA_FENCED'])
})

it('does not count starts that fail for an absent broker', async () => {
  const { stages, faults, run, until } = await watched()
  for (let n = 0; n < 2 * mostRestarts; n += 1) faults.push(new HubError('HUB_KAFKA_UNREACHABLE', { cause: 'x' }))
  stages[0]!.end('failed')
  await until(() => stages.length === 2)
  expect(run.health().restarts).toBe(1)
})

it('stopped, it starts nothing more', async () => {
  const { stages, run, until } = await watched(() => 1)
  stages[0]!.end('failed')
  await until(() => run.health().state === 'restarting')
  await run.stop()
  expect(stages).toHaveLength(1)
})
