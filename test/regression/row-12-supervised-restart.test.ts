// snowflakedb/snowflake-kafka-connector PR #1564: tasks stay FAILED and people add hourly restarts. Here a stage that ended by
// itself is started again, later each time and not too often, why it ended is kept, and one that a twin fenced stays out.
import { expect, it, onTestFinished } from 'vitest'
import { runStage, type Step } from '#gateway/pipeline/run.ts'
import { mostRestarts, type Supervised, supervise, windowMs } from '#gateway/supervise.ts'
import { sharedBroker } from '../helpers/broker.ts'
import { type Kit, kit, numbered, valuesOf } from '../helpers/kafka.ts'

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
const patience = { timeout: 60_000, interval: 50 }

/** A stage that copies from one topic to another under supervision, started again without a wait. */
async function copier(on: Kit, step: (echo: Step) => Step, clock = { now: Date.now() }) {
  const [from, to] = [`${on.prefix}from`, `${on.prefix}to`]
  let starts = 0
  const start = async () => {
    starts += 1
    const member = await on.kafka.member({ group: `${on.prefix}copy`, topics: [from], slot: `${on.prefix}copy.1` })
    const echo: Step = ({ records }) => ({
      outputs: records.map(({ key, value }, at) => ({ from: at, record: { topic: to, key, value } })),
    })
    return runStage({
      stage: 'route',
      member,
      step: step(echo),
      setAside: () => [],
      log: quiet,
      now: () => clock.now,
      random: () => 0,
    })
  }
  const run = await supervise({ stage: 'route', start, log: quiet, now: () => clock.now, random: () => 0 })
  onTestFinished(() => run.stop())
  return { run, starts: () => starts, clock, to }
}

const stateOf = (run: Supervised) => () => run.health().state

it('is back by itself when what broke it is mended, and every record comes through once', async () => {
  const on = kit(sharedBroker())
  const topic = await on.topic('from')
  await on.topic('to')
  let isBroken = true
  const { run, starts, to } = await copier(on, echo => batch => {
    if (isBroken && batch.records.length > 0) throw new TypeError('a bug')
    return echo(batch)
  })
  const producer = await on.kafka.producer()
  await producer.send(numbered(topic, 30))
  await expect.poll(starts, patience).toBeGreaterThan(1)
  // The second run says what it meets until it has met it often enough to end.
  await expect.poll(() => run.health().reason?.code, patience).toBe('HUB_STAGE_FAILED')
  isBroken = false
  await expect.poll(stateOf(run), patience).toBe('running')
  await expect.poll(() => run.health().lastCommitAt, patience).not.toBeNull()
  const values = await valuesOf(on.brokers, to)
  expect(values.map(Number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i))
})

it('is not started more than so often; then it is failed for all to see, and tried again when the window has passed', async () => {
  const on = kit(sharedBroker())
  const topic = await on.topic('from')
  await on.topic('to')
  const producer = await on.kafka.producer()
  await producer.send(numbered(topic, 30))
  const clock = { now: Date.now() }
  const { run, starts } = await copier(
    on,
    () => batch => {
      clock.now += 10
      if (batch.records.length > 0) throw new RangeError('a bug')
      return { outputs: [] }
    },
    clock,
  )
  await expect.poll(() => `${run.health().state} ${starts()}`, patience).toBe(`failed ${mostRestarts + 1}`)
  expect(run.health()).toMatchObject({ reason: { code: 'HUB_STAGE_FAILED' }, restarts: mostRestarts })
  clock.now += windowMs
  expect(run.health().restarts).toBe(0)
})

it('one that was fenced by a twin stays out, and the twin goes on undisturbed', async () => {
  const on = kit(sharedBroker())
  const topic = await on.topic('from')
  await on.topic('to')
  const producer = await on.kafka.producer()
  await producer.send(numbered(topic, 1))
  const first = await copier(on, echo => echo)
  await expect.poll(() => first.run.health().lastCommitAt, patience).not.toBeNull()
  const twin = await copier(on, echo => echo)
  await expect.poll(stateOf(twin.run), patience).toBe('running')
  await producer.send(numbered(topic, 1, 1))
  await expect.poll(stateOf(first.run), patience).toBe('fenced')
  expect(first.run.health()).toMatchObject({ reason: { code: 'HUB_KAFKA_FENCED' }, restarts: 0 })
  await producer.send(numbered(topic, 20, 2))
  await expect.poll(() => twin.run.health().lastCommitAt, patience).not.toBeNull()
  expect((await valuesOf(on.brokers, twin.to)).toSorted((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: 22 }, (_, i) => String(i)),
  )
  expect([first.starts(), twin.starts()]).toEqual([1, 1])
})
