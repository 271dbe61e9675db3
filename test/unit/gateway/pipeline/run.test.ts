import { expect, test } from 'vitest'
import type { Batch, InRecord, Member, OutRecord, Written } from '#gateway/kafka/port.ts'
import { type Fate, runStage, type StageOptions, type Step } from '#gateway/pipeline/run.ts'
import { HubError } from '#schemas/errors.ts'

const record = (offset: number): InRecord => ({
  topic: 'in',
  partition: 0,
  offset: BigInt(offset),
  timestamp: 0,
  key: `k${offset}`,
  value: Buffer.from(`v${offset}`),
  headers: {},
})

const out = (key: string): OutRecord => ({ topic: 'out', key, value: Buffer.from(key) })
const unreachable = (outcome: string) =>
  new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'commit', cause: 'x', outcome })

/** Gives its batches one after the other, again after a void commit; commits fail as told. */
class FakeMember implements Member {
  readonly reachable = true
  readonly committed: string[][] = []
  closed = 0
  #next = 0
  readonly #batches: readonly Batch[]
  readonly #fail: (keys: string[], attempt: number) => HubError | undefined
  #attempt = 0

  constructor(
    batches: readonly Batch[],
    fail: (keys: string[], attempt: number) => HubError | undefined = () => undefined,
  ) {
    this.#batches = batches
    this.#fail = fail
  }

  async poll(): Promise<Batch | null> {
    const batch = this.#batches[this.#next]
    if (batch) return batch
    await new Promise(resolve => setTimeout(resolve, 1))
    return null
  }

  async commit(_batch: Batch, outputs: readonly OutRecord[]): Promise<readonly Written[]> {
    const keys = outputs.map(({ key }) => key ?? '')
    const error = this.#fail(keys, this.#attempt++)
    if (error) throw error
    this.committed.push(keys)
    this.#next++
    return outputs.map(({ topic }, i) => ({ topic, partition: 0, offset: BigInt(i) }))
  }

  write = async () => []
  onAssigned(): void {}

  async close(): Promise<void> {
    this.closed++
  }
}

function start(member: Member, step: Step, more: Partial<StageOptions> = {}) {
  const logs: string[] = []
  const fates: Fate[] = []
  const log = (_facts: object, text: string) => void logs.push(text)
  const run = runStage({
    stage: 'translate',
    member,
    step,
    setAside: input => [out(`aside-${input.key}`)],
    discard: fate => void fates.push(fate),
    log: { info: log, warn: log, error: log },
    now: () => 5000,
    random: () => 0,
    ...more,
  })
  return { run, logs, fates }
}

async function until(done: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !done(); i++) await new Promise(resolve => setTimeout(resolve, 1))
  expect(done()).toBe(true)
}

const echo: Step = batch => ({ outputs: batch.records.map(({ key }, from) => ({ from, record: out(key ?? '') })) })

test('commits what the step made and tells where it was written, once', async () => {
  const told: unknown[] = []
  const member = new FakeMember([{ records: [record(0), record(1)] }, { records: [record(2)] }])
  const hooks: unknown[] = []
  const { run } = start(
    member,
    async batch => ({ ...(await echo(batch)), committed: written => void told.push(written.length) }),
    { hooks: { committed: (...seen) => hooks.push(seen) } },
  )
  await until(() => member.committed.length === 2)
  expect(run.status()).toEqual({ state: 'running', lastCommitAt: 5000, committedRecords: 3, aborted: 0, reason: null })
  await run.stop()
  expect(member.committed).toEqual([['k0', 'k1'], ['k2']])
  expect(told).toEqual([2, 1])
  expect(hooks).toEqual([
    ['translate', 2, 0],
    ['translate', 1, 0],
  ])
  expect(member.closed).toBe(1)
  expect(await run.done).toBe('stopped')
})

test('an output that is too large sets its own input aside, all outputs of it, and no other', async () => {
  const member = new FakeMember([{ records: [record(0), record(1), record(2)] }], keys => {
    const index = keys.indexOf('big')
    return index < 0 ? undefined : new HubError('HUB_KAFKA_TOO_LARGE', { topic: 'out', bytes: 9, limit: 1, index })
  })
  const { run, logs } = start(member, () => ({
    outputs: [
      { from: 0, record: out('a') },
      { from: 1, record: out('b') },
      { from: 1, record: out('big') },
      { from: 2, record: out('c') },
    ],
  }))
  await until(() => member.committed.length === 1)
  await run.stop()
  expect(member.committed).toEqual([['a', 'c', 'aside-k1']])
  expect(logs).toContain('stage.set-aside')
})

test('a replacement that is too large as well commits nothing and does not go round for ever', async () => {
  const member = new FakeMember(
    [{ records: [record(0)] }],
    () => new HubError('HUB_KAFKA_TOO_LARGE', { topic: 'out', bytes: 9, limit: 1, index: 0 }),
  )
  const { run } = start(member, echo)
  await until(() => run.status().aborted > 1)
  await run.stop()
  expect(member.committed).toEqual([])
})

test('a step that fails commits nothing, drops its overlay and sees the same batch again', async () => {
  const member = new FakeMember([{ records: [record(0)] }])
  let tries = 0
  const { run, logs, fates } = start(member, batch => {
    if (tries++ < 2) throw new TypeError('a bug')
    return echo(batch)
  })
  await until(() => member.committed.length === 1)
  await run.stop()
  expect(tries).toBe(3)
  expect(fates).toEqual(['none', 'none'])
  expect(logs.filter(text => text === 'stage.step-failed')).toHaveLength(2)
})

test('a record on which the step breaks every time is set aside, and those before and behind it flow on', async () => {
  const member = new FakeMember([{ records: [0, 1, 2, 3, 4].map(record) }])
  const carried: string[] = []
  const { run, logs } = start(
    member,
    batch => {
      for (const { key } of batch.records) {
        carried.push(key ?? '')
        // The fault shows only where k1 went before, as in a step that carries state.
        if (key === 'k3' && carried.includes('k1')) throw new TypeError('a bug')
      }
      return echo(batch)
    },
    { discard: () => void carried.splice(0), setAside: (input, error) => [out(`${error.code}-${input.key}`)] },
  )
  await until(() => member.committed.length === 1)
  await run.stop()
  expect(member.committed).toEqual([['k0', 'k1', 'k2', 'k4', 'HUB_TRANSLATE_FAULT-k3']])
  expect(logs.filter(text => text === 'stage.poison-set-aside')).toHaveLength(1)
})

test('a fault of the world outside sets nothing aside, however long it lasts', async () => {
  const member = new FakeMember([{ records: [record(0)] }])
  let tries = 0
  const { run } = start(member, batch => {
    if (batch.records.length === 0) return { outputs: [] }
    tries += 1
    if (tries < 4) throw Object.assign(new Error('full'), { code: 'ERR_SQLITE_ERROR' })
    if (tries < 5) throw Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' })
    if (tries < 6) throw unreachable('none')
    return echo(batch)
  })
  await until(() => member.committed.length === 1)
  await run.stop()
  expect(member.committed).toEqual([['k0']])
})

test('a step that breaks on record after record ends the run and sets none of them aside', async () => {
  const member = new FakeMember([{ records: Array.from({ length: 30 }, (_, i) => record(i)) }])
  const { run, logs } = start(member, batch => {
    if (batch.records.length > 0) throw new TypeError('a bug')
    return { outputs: [] }
  })
  expect(await run.done).toBe('failed')
  expect(run.status()).toMatchObject({ state: 'failed', reason: { code: 'HUB_STAGE_FAILED', at: 5000 } })
  expect(logs.filter(text => text === 'stage.poison-set-aside')).toHaveLength(20)
  expect(member.committed).toEqual([])
  expect(member.closed).toBe(1)
})

test('batches that are set aside one after the other end the run as well', async () => {
  const member = new FakeMember(Array.from({ length: 30 }, (_, i) => ({ records: [record(i)] })))
  const { run } = start(member, batch => {
    if (batch.records.length > 0) throw new TypeError('a bug')
    return { outputs: [] }
  })
  expect(await run.done).toBe('failed')
  expect(member.committed).toHaveLength(20)
})

test('a member that fails time after time ends the run, with the reason', async () => {
  const member = new FakeMember([])
  member.poll = () => Promise.reject(new RangeError('a bug'))
  const { run } = start(member, echo)
  expect(await run.done).toBe('failed')
  expect(run.status().reason).toEqual({ code: 'RangeError', at: 5000 })
})

test('an unconfirmed commit drops the overlay with what is known of its fate, and goes on', async () => {
  const member = new FakeMember([{ records: [record(0)] }], (_keys, attempt) =>
    attempt < 2 ? unreachable(attempt === 0 ? 'none' : 'unknown') : undefined,
  )
  const { run, fates } = start(member, echo)
  await until(() => member.committed.length === 1)
  expect(run.status()).toMatchObject({ aborted: 2, state: 'running' })
  await run.stop()
  expect(fates).toEqual(['none', 'unknown'])
})

test('a failing `committed` is reported, and the store is told that the transaction did commit', async () => {
  const member = new FakeMember([{ records: [record(0)] }])
  const { run, fates, logs } = start(member, async batch => ({
    ...(await echo(batch)),
    committed: () => {
      throw new RangeError('disk full')
    },
  }))
  await until(() => fates.length === 1)
  await run.stop()
  expect(fates).toEqual(['committed'])
  expect(logs).toContain('stage.after-commit-failed')
  expect(member.committed).toHaveLength(1)
})

test('a fenced slot ends the run for good, resolved and logged', async () => {
  const member = new FakeMember([{ records: [record(0)] }], () => new HubError('HUB_KAFKA_FENCED', { slot: 's' }))
  const { run, logs } = start(member, echo)
  expect(await run.done).toBe('fenced')
  expect(run.status().state).toBe('fenced')
  expect(logs).toContain('stage.fenced')
  expect(member.closed).toBe(1)
})

test('paused, it takes no further batch; resumed, it goes on; aborted by signal, it stops', async () => {
  const member = new FakeMember([{ records: [record(0)] }, { records: [record(1)] }])
  const controller = new AbortController()
  const begun: number[] = []
  const { run } = start(
    member,
    async batch => {
      begun.push(batch.records.length)
      if (begun.length === 1) run.pause()
      return echo(batch)
    },
    { signal: controller.signal },
  )
  await until(() => member.committed.length === 1)
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(begun).toHaveLength(1)
  expect(run.status().state).toBe('paused')
  run.resume()
  await until(() => member.committed.length === 2)
  controller.abort()
  expect(await run.done).toBe('stopped')
})

test('stop finishes the batch in hand', async () => {
  const member = new FakeMember([{ records: [record(0)] }])
  const gate = Promise.withResolvers<void>()
  let begun = false
  const { run } = start(member, async batch => {
    begun = true
    await gate.promise
    return echo(batch)
  })
  await until(() => begun)
  const stopped = run.stop()
  gate.resolve()
  await stopped
  expect(member.committed).toHaveLength(1)
})
