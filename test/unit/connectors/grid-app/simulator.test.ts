import { expect, test } from 'vitest'
import { adapter } from '#connectors/grid-app/adapter.ts'
import { startSimulator } from '#connectors/grid-app/simulator.ts'
import type { Json, OutboundCall } from '#connectors/sdk.ts'
import { credentials, send, stageOf } from '../support.ts'

const task = { outCaseId: 'case-1', gridCode: '330106004001', desc: '楼上漏水', fromUnit: '西溪街道' }
const news = { uniqueIdForMobile: 'a1', unitKind: '人民调解', state: '调解中', stateTime: 1, finished: '0' }
const first = 'RW330106004001202603020001'
const opened = { uniqueIdForMobile: first, status: '下派', statusTime: Date.parse('2026-03-02T09:45:00+08:00') }

function callOf(message: string, native: Record<string, Json>, deliveryId = 'd1'): OutboundCall {
  const fixed = { system: 'grid-app', attempt: 1, now: new Date(0), credentials: credentials.outbound }
  return { ...fixed, message, native: { pushId: deliveryId, ...native }, deliveryId }
}

interface Store {
  readonly events: Record<string, { report: Record<string, Json>; states: Json[] }>
  readonly pushes: Record<string, Json>
}

async function open() {
  const stage = await stageOf(startSimulator, 'grid-app')
  const { url } = stage.simulator
  const login = async (call: OutboundCall) => {
    const token = adapter.login!.token(await send(url, adapter.login!.request(call)))
    return { ...call, token: token?.value ?? 'never-given' }
  }
  return {
    ...stage,
    login,
    deliver: async (call: OutboundCall) => {
      const signed = await login(call)
      return adapter.outcome!(await send(url, adapter.request!(signed)), signed)
    },
    lookUp: async (call: OutboundCall) => {
      const signed = await login(call)
      const { path, headers } = adapter.lookUp!.request(signed)
      const answer = await fetch(url + path, { headers: { ...headers } })
      const body = Buffer.from(await answer.arrayBuffer())
      return adapter.lookUp!.outcome({ status: answer.status, headers: {}, body }, signed)
    },
    store: () => stage.simulator.store() as unknown as Store,
  }
}

test('opens a task under grid, day and counter', async () => {
  const { deliver, store } = await open()
  expect(await deliver(callOf('task', task))).toEqual({
    kind: 'delivered',
    serial: first,
    answer: { code: 0, message: '成功', data: { ...opened, pushId: 'd1' } },
  })
  expect(store().events[first]!.report).toMatchObject({ outCaseId: 'case-1', desc: '楼上漏水', status: '下派' })
})

test('answers a second copy, and a second task of one case, with the number it has', async () => {
  const { deliver, store } = await open()
  await deliver(callOf('task', task))
  expect(await deliver(callOf('task', task))).toMatchObject({ kind: 'conflict', serial: first })
  expect(await deliver(callOf('task', task, 'd2'))).toMatchObject({ kind: 'conflict', serial: first })
  expect(Object.keys(store().events)).toEqual([first])
})

test('shows news once, however often it is pushed', async () => {
  const { simulator, deliver, store } = await open()
  await simulator.send('report', { uniqueIdForMobile: 'a1' })
  await deliver(callOf('state', news))
  expect(await deliver(callOf('state', news))).toEqual({ kind: 'conflict' })
  expect(store().events.a1!.states).toHaveLength(1)
})

test('tells whether a push arrived', async () => {
  const { deliver, lookUp } = await open()
  expect(await lookUp(callOf('task', task))).toBeUndefined()
  await deliver(callOf('task', task))
  expect(await lookUp(callOf('task', task))).toMatchObject({ kind: 'delivered', serial: first })
})

test('refuses a task of no grid of its town or without words, and news of no event of its own', async () => {
  const { deliver, store } = await open()
  const elsewhere = callOf('task', { ...task, gridCode: '330106109001' })
  expect(await deliver(elsewhere)).toMatchObject({ kind: 'refused', code: '4003', answer: { message: '不在本区网格' } })
  expect(await deliver(callOf('task', { ...task, gridCode: '330106004' }))).toMatchObject({ code: '4003' })
  expect(await deliver(callOf('task', { ...task, desc: '' }))).toMatchObject({ kind: 'refused', code: '4001' })
  expect(await deliver(callOf('state', news))).toEqual({ kind: 'refused', code: '4004' })
  expect(store()).toEqual({ events: {}, pushes: {} })
})

test('in mode refuse, gives the task back in its own words', async () => {
  const { simulator, deliver, store } = await open()
  simulator.behave({ mode: 'refuse' })
  expect(await deliver(callOf('task', task))).toMatchObject({ kind: 'refused', code: '4003', answer: { code: 4003 } })
  expect(store().events).toEqual({})
})

test('shows news to the worker and ends the event once, when all units are done', async () => {
  const { simulator, deliver, lookUp, store, setNow } = await open()
  await simulator.send('report', { uniqueIdForMobile: 'a1', desc: '漏水' })
  expect(await deliver(callOf('state', news))).toEqual({ kind: 'delivered' })
  expect(store().events.a1).toMatchObject({ report: { desc: '漏水' }, states: [{ state: '调解中' }] })
  setNow('2026-06-01T10:00:00+08:00')
  const last = callOf('state', { ...news, state: '已办结', finished: '1' }, 'd2')
  const ended = { uniqueIdForMobile: 'a1', status: '办结', statusTime: Date.parse('2026-06-01T10:00:00+08:00') }
  const said = { answer: { code: 0, message: '成功', data: { ...ended, pushId: 'd2' } } }
  expect(await deliver(last)).toEqual({ kind: 'delivered', ...said })
  expect(await lookUp(last)).toMatchObject({ kind: 'delivered', ...said })
  expect(await deliver(callOf('state', { ...news, finished: '1' }, 'd3'))).toEqual({ kind: 'delivered' })
  expect(store().events.a1!.report).toMatchObject({ status: '办结' })
})

test('gives no token for a wrong password and takes nothing in without one', async () => {
  const { deliver, login, store } = await open()
  const stranger = { ...callOf('task', task), credentials: { ...credentials.outbound, password: 'guess' } }
  expect((await login(stranger)).token).toBe('never-given')
  expect(await deliver(stranger)).toEqual({ kind: 'retry', code: 'TOKEN' })
  await login(callOf('task', task))
  expect(await deliver(stranger)).toEqual({ kind: 'retry', code: 'TOKEN' })
  expect(store()).toEqual({ events: {}, pushes: {} })
})

test('a token ends after two hours', async () => {
  const { simulator, login, setNow } = await open()
  const signed = await login(callOf('task', task))
  setNow('2026-03-02T11:46:00+08:00')
  const late = await send(simulator.url, adapter.request!(signed))
  expect(adapter.outcome!(late, signed)).toEqual({ kind: 'retry', code: 'TOKEN' })
})

test('uploads one report or a whole outbox, with its token in auth', async () => {
  const { simulator, received, store } = await open()
  const burst = [{ uniqueIdForMobile: 'a1' }, { uniqueIdForMobile: 'a2' }, { uniqueIdForMobile: 'a1' }]
  await simulator.send('report', burst)
  const [request] = received
  expect([request!.path, request!.headers.auth]).toEqual(['/in/grid-app/report', 'in-token'])
  expect(JSON.parse(request!.body)).toEqual(burst)
  expect(Object.keys(store().events)).toEqual(['a1', 'a2'])
})

test('reexport uploads what it heard about again, under its own id with a new time', async () => {
  const { simulator, deliver, received } = await open()
  simulator.behave({ mode: 'reexport' })
  await deliver(callOf('task', task))
  await expect.poll(() => received.length).toBe(1)
  expect(JSON.parse(received[0]!.body)).toMatchObject({ uniqueIdForMobile: first, outCaseId: 'case-1', status: '下派' })
})
