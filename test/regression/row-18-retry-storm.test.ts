// jembi/openhim-core-js #1185: a storm of retries that nobody can stop. Here: a budget bounds the repeats of each subscription, and
// an operator pauses it, gives up all that waits (as dead letters, nothing is lost), and has it tried again.
import { expect, it, vi } from 'vitest'
import { caseId, hookedHub, lanesOf, operate, receiver, writeEvents } from '../helpers/hook.ts'
import type { TestHub } from '../helpers/hub.ts'

const soon = { timeout: 30_000, interval: 50 }
const reason = { reason: 'a storm at the receiver' }

it('row 18: repeats are bounded by a budget, and a person can stop them', async () => {
  let well = false
  const sound = caseId(999)
  const { url, heard } = await receiver(subject => (well || subject === sound ? 200 : 500))
  // As impatient as it goes: without a budget each of sixty cases would be sent fifty times a second.
  const hub = await hookedHub({ hook: { url, retry: { firstWaitMs: 5, maxWaitMs: 20 } } })
  const write = await writeEvents(hub)
  const cases = Array.from({ length: 60 }, (_, n) => ({ caseId: caseId(n + 1) }))
  // An answer in between keeps the circuit closed: the receiver is there, only these cases fail.
  await write(cases.flatMap((one, n) => [one, { caseId: sound, sequence: n + 1 }]))
  await vi.waitFor(() => expect(heard.filter(one => one.subject === sound)).toHaveLength(60), soon)
  const repeats = () => heard.filter(one => one.subject !== sound).length - 60
  await vi.waitFor(() => expect(repeats()).toBeGreaterThan(100), soon)
  const [before, from] = [repeats(), Date.now()]
  await new Promise(done => setTimeout(done, 3000))
  // The bucket is empty by now: ten a second, and what the sound case has earned.
  expect(repeats() - before).toBeLessThan(((Date.now() - from) / 1000) * 10 + 40)

  expect((await operate(hub, 'subscriptions/hook/pause')).status).toBe(200)
  await new Promise(done => setTimeout(done, 300))
  const atPause = heard.length
  await new Promise(done => setTimeout(done, 1000))
  expect(heard).toHaveLength(atPause)
  expect((await operate(hub, 'subscriptions/hook/lanes/cancel', reason)).status).toBe(202)
  expect((await operate(hub, 'subscriptions/hook/resume')).status).toBe(200)
  await vi.waitFor(async () => expect(await states(hub)).toEqual(Array(60).fill('dead')), soon)
  const atCancel = heard.length
  await new Promise(done => setTimeout(done, 1000))
  expect(heard).toHaveLength(atCancel)

  well = true
  expect((await operate(hub, 'subscriptions/hook/lanes/retry', reason)).status).toBe(202)
  await vi.waitFor(async () => expect(await states(hub)).toEqual([]), soon)
  const arrived = new Set(heard.filter(one => one.status === 200).map(one => one.subject))
  expect(arrived.size).toBe(61)
}, 180_000)

const states = async (hub: TestHub) => (await lanesOf(hub, 'hook')).map(one => one.state)
