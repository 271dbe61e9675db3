// What an operator may do about deliveries that wait, over HTTP on a whole hub: lanes are listed, tried again, skipped, given up;
// one subscription is paused. Orders outlive the process that has to obey them.
import { expect, it, vi } from 'vitest'
import { caseId, firstArrivals, hookedHub, lanesOf, operate, receiver, writeEvents } from '../../helpers/hook.ts'
import { openLog, soon } from './story.ts'

const reason = { reason: 'the receiver was mended' }
const retry = { attempts: 2, firstWaitMs: 50, maxWaitMs: 100 }
const [sick, sound] = [caseId(1), caseId(2)]
const told = (id: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ caseId: id, sequence: from + i }))

it('lists what waits, has it tried again after a repair, and drains it in order', async () => {
  let isMended = false
  const { url, heard } = await receiver(subject => (subject === sick && !isMended ? 500 : 200))
  const hub = await hookedHub({ hook: { url, retry } })
  const write = await writeEvents(hub)
  await write([...told(sick, 1, 3), ...told(sound, 1, 3)])
  const waits = [{ caseId: sick, state: 'dead', waiting: 3 }]
  await vi.waitFor(async () => expect(await lanesOf(hub, 'hook')).toMatchObject(waits), soon)
  await vi.waitFor(() => expect(firstArrivals(heard).get(sound)).toEqual([1, 2, 3]), soon)
  const [lane] = await lanesOf(hub, 'hook')

  const lanes = 'subscriptions/hook/lanes'
  expect((await operate(hub, `${lanes}/${sick}/retry`)).body).toMatchObject({ code: 'HUB_HTTP_REASON' })
  expect((await operate(hub, `${lanes}/${sick}/mend`, reason)).body).toMatchObject({ code: 'HUB_HTTP_LANE_ACTION' })
  expect((await operate(hub, `${lanes}/${sound}/retry`, reason)).body).toMatchObject({ code: 'HUB_HTTP_NO_LANE' })
  const unknown = await operate(hub, 'subscriptions/nobody/lanes/retry', reason)
  expect(unknown).toMatchObject({ status: 404, body: { code: 'HUB_HTTP_UNKNOWN_SUBSCRIPTION' } })

  isMended = true
  expect((await operate(hub, `${lanes}/${sick}/retry`, { ...reason, head: lane!.head })).status).toBe(202)
  await vi.waitFor(() => expect(firstArrivals(heard).get(sick)).toEqual([1, 2, 3]), soon)
  await vi.waitFor(async () => expect(await lanesOf(hub, 'hook')).toEqual([]), soon)
})

it('skips a head so that the next event says what is missing, though the hub is restarted as it is ordered', async () => {
  let isWell = false
  const { url, heard } = await receiver(() => (isWell ? 200 : 500))
  const hub = await hookedHub({ hook: { url, retry } })
  const write = await writeEvents(hub)
  await write(told(sick, 1, 2))
  const waits = [{ state: 'dead', waiting: 2 }]
  await vi.waitFor(async () => expect(await lanesOf(hub, 'hook')).toMatchObject(waits), soon)
  const sent = heard.length
  isWell = true
  await operate(hub, `subscriptions/hook/lanes/${sick}/skip`, reason)
  await hub.restart()
  await vi.waitFor(() => expect(heard.length).toBeGreaterThan(sent), soon)
  expect(heard.at(-1)).toMatchObject({ status: 200, sequence: 2, gap: '1' })
  await vi.waitFor(async () => expect(await lanesOf(hub, 'hook')).toEqual([]), soon)
  await write(told(sick, 3, 3))
  await vi.waitFor(() => expect(heard.at(-1)).toMatchObject({ sequence: 3, gap: undefined }), soon)
  const tried = await (await openLog(hub)).attempts('hook')
  expect(tried.filter(one => one.outcome === 'skipped')).toMatchObject([{ code: 'SKIPPED_BY_OPERATOR' }])
})

it('gives up all that waits for a system when told to, as dead letters, and new cases flow', async () => {
  let isWell = false
  const { url, heard } = await receiver(() => (isWell ? 200 : 500))
  const hub = await hookedHub({ hook: { url, retry: { firstWaitMs: 60_000, maxWaitMs: 60_000 } } })
  const write = await writeEvents(hub)
  const states = async () => (await lanesOf(hub, 'hook')).map(one => one.state)
  await write([1, 2, 3].map(n => ({ caseId: caseId(n) })))
  await vi.waitFor(async () => expect(await states()).toEqual(['parked', 'parked', 'parked']), soon)
  await operate(hub, 'systems/labour-arbitration/lanes/cancel', { reason: 'a storm' })
  await vi.waitFor(async () => expect(await states()).toEqual(['dead', 'dead', 'dead']), soon)
  const dead = await (await openLog(hub)).all('dead-letters')
  expect(dead.map(one => one.headers.hub_error_code)).toEqual(Array(3).fill('HUB_DELIVER_CANCELLED'))
  isWell = true
  await write([{ caseId: caseId(4) }])
  await vi.waitFor(() => expect([...firstArrivals(heard).keys()]).toEqual([caseId(4)]), soon)
  await operate(hub, 'subscriptions/hook/lanes/retry', reason)
  await vi.waitFor(() => expect(firstArrivals(heard).size).toBe(4), soon)
  await vi.waitFor(async () => expect(await states()).toEqual([]), soon)
})

it('holds one subscription of a system and no other while it is paused', async () => {
  const [one, other] = [await receiver(() => 200), await receiver(() => 200)]
  const hub = await hookedHub({ one: { url: one.url }, other: { url: other.url } })
  const write = await writeEvents(hub)
  expect((await operate(hub, 'subscriptions/one/pause')).body).toEqual({ id: 'one', paused: true })
  await write(told(sound, 1, 2))
  await vi.waitFor(() => expect(firstArrivals(other.heard).get(sound)).toEqual([1, 2]), soon)
  await hub.restart()
  await write(told(sound, 3, 3))
  await vi.waitFor(() => expect(firstArrivals(other.heard).get(sound)).toEqual([1, 2, 3]), soon)
  expect(one.heard).toEqual([])
  expect((await operate(hub, 'subscriptions/one/resume')).body).toEqual({ id: 'one', paused: false })
  await vi.waitFor(() => expect(firstArrivals(one.heard).get(sound)).toEqual([1, 2, 3]), soon)
})
