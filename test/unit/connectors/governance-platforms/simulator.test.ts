import { expect, test } from 'vitest'
import { adapter } from '#connectors/governance-platforms/adapter.ts'
import { startSimulator } from '#connectors/governance-platforms/simulator.ts'
import type { Json, OutboundCall } from '#connectors/sdk.ts'
import { credentials, send, stageOf } from '../support.ts'

const wages = {
  subject: '工地欠薪',
  issueContent: '拖欠工资',
  occurOrg: { code: '330106004' },
  occurDate: '2026-03-02 09:14:07',
  sourceNo: 'HZSDH20260012345',
}

function callOf(message: string, native: Json, over: Partial<OutboundCall> = {}): OutboundCall {
  const fixed = {
    system: 'zongzhi',
    deliveryId: 'd-1',
    attempt: 1,
    now: new Date(0),
    credentials: credentials.outbound,
  }
  return { ...fixed, message, native, ...over }
}

async function open() {
  const stage = await stageOf(startSimulator, 'zongzhi')
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
      return adapter.lookUp!.outcome(await send(url, adapter.lookUp!.request(signed)), signed)
    },
    events: () => (stage.simulator.store() as { events: Record<string, { event: Json; feedbacks: Json[] }> }).events,
  }
}

const first = '3301060042026030200017'
const answer = { accepted: true, serialNumber: first, sourceNo: 'HZSDH20260012345' }

test('opens an event under town, day and counter, with the time in three fields', async () => {
  const { deliver, events } = await open()
  expect(await deliver(callOf('dispatch', wages))).toEqual({ kind: 'delivered', serial: first, answer })
  expect(events()[first]!.event).toMatchObject({ occurDate: '2026-03-02', hours: '9', minute: '14' })
})

test('opens a second event for a second copy; the look-up by source number prevents it', async () => {
  const { deliver, lookUp, events } = await open()
  expect(await lookUp(callOf('dispatch', wages))).toBeUndefined()
  await deliver(callOf('dispatch', wages))
  expect(await lookUp(callOf('dispatch', wages))).toEqual({ kind: 'delivered', serial: first, answer })
  await deliver(callOf('dispatch', wages))
  expect(Object.keys(events())).toEqual([first, '3301060042026030200018'])
})

test('keeps notes on its own events and finds them by outer number', async () => {
  const { deliver, lookUp, events } = await open()
  await deliver(callOf('dispatch', wages))
  const note = { serialNumber: first, outerNo: 'd-2', content: '仲裁已受理', feedbackDate: '2026-03-20 00:00:00' }
  const call = callOf('feedback', note, { deliveryId: 'd-2' })
  expect(await lookUp(call)).toBeUndefined()
  expect(await deliver(call)).toEqual({ kind: 'delivered' })
  expect(await lookUp(call)).toEqual({ kind: 'delivered' })
  expect(events()[first]!.feedbacks).toEqual([note])
})

test('refuses an unknown serial, a missing field and a place that is none', async () => {
  const { deliver } = await open()
  const note = { serialNumber: 'x', outerNo: 'd', content: 'c', feedbackDate: 'f' }
  expect(await deliver(callOf('feedback', note))).toEqual({ kind: 'refused', code: '1003' })
  expect(await deliver(callOf('dispatch', { ...wages, subject: '' }))).toMatchObject({ kind: 'refused', code: '1001' })
  const nowhere = { ...wages, occurOrg: { code: '西溪' } }
  expect(await deliver(callOf('dispatch', nowhere))).toMatchObject({ kind: 'refused', code: '1002' })
})

test('in mode refuse, gives the hand-over back in its own words', async () => {
  const { simulator, deliver, events } = await open()
  simulator.behave({ mode: 'refuse' })
  const message = '不属于本平台管辖'
  const refused = { accepted: false, sourceNo: 'HZSDH20260012345', code: '2001', message }
  expect(await deliver(callOf('dispatch', wages))).toEqual({ kind: 'refused', code: '2001', answer: refused })
  expect(events()).toEqual({})
})

test('gives no token for a wrong password and takes nothing in without one', async () => {
  const { deliver, login, events } = await open()
  const stranger = callOf('dispatch', wages, { credentials: { ...credentials.outbound, password: 'guess' } })
  expect((await login(stranger)).token).toBe('never-given')
  expect(await deliver(stranger)).toEqual({ kind: 'retry', code: 'TOKEN' })
  expect(events()).toEqual({})
})

test('a token ends after two hours', async () => {
  const { simulator, login, setNow } = await open()
  const signed = await login(callOf('dispatch', wages))
  setNow('2026-03-02T11:46:00+08:00')
  const late = await send(simulator.url, adapter.request!(signed))
  expect(adapter.outcome!(late, signed)).toEqual({ kind: 'retry', code: 'TOKEN' })
})

test('pushes an event with key, token and bizContent', async () => {
  const { simulator, received } = await open()
  await simulator.send('event', { serialNumber: first, steps: [] })
  const [request] = received
  expect([request!.path, request!.headers.auth]).toEqual(['/in/zongzhi/event', 'in-token'])
  expect(JSON.parse(new URLSearchParams(request!.body).get('bizContent')!)).toEqual({ serialNumber: first, steps: [] })
})

test('reexport sends the new event back under its own number with a step of today', async () => {
  const { simulator, deliver, received } = await open()
  simulator.behave({ mode: 'reexport' })
  await deliver(callOf('dispatch', wages))
  await expect.poll(() => received.length).toBe(1)
  const event = JSON.parse(new URLSearchParams(received[0]!.body).get('bizContent')!) as {
    serialNumber: string
    steps: Json[]
  }
  expect(event.serialNumber).toBe(first)
  expect(event.steps).toEqual([expect.objectContaining({ dealType: 1, entryDate: '2026-03-02 09:45:00' })])
})
