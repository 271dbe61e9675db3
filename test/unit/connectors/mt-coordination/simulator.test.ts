import { describe, expect, it, onTestFinished } from 'vitest'
import { adapter } from '#connectors/mt-coordination/adapter.ts'
import { startSimulator } from '#connectors/mt-coordination/simulator.ts'
import { irsHeaders, irsSignature, type Json, type OutboundCall, type Simulator } from '#connectors/sdk.ts'
import { startCatcher } from '../../../helpers/catcher.ts'
import { deliverTo, send } from '../support.ts'

const credentials = {
  inbound: { accessKey: 'demo-ak-mt', secret: 'demo-sk-mt' },
  outbound: { accessKey: 'demo-hub-ak-mt', secret: 'demo-hub-sk-mt' },
}
const now = new Date('2026-03-02T01:45:00Z')
const first = 'MT33010620260302000017'

async function start(hubUrl = 'http://127.0.0.1:1'): Promise<Simulator> {
  const simulator = await startSimulator({
    system: 'mt-coordination',
    port: 0,
    hubUrl: () => hubUrl,
    credentials,
    now: () => now,
    random: () => 0,
  })
  onTestFinished(() => simulator.close())
  return simulator
}

const open = { xtbs: 'hotline-12345', ajlx: '热线工单', ajbh: 'HZSDH20260012345', zt: '流转交办' }
const closed = { ...open, zt: '办结' }

const push = (deliveryId: string, more: Record<string, Json> = {}): OutboundCall => ({
  system: 'mt-coordination',
  message: 'matter',
  native: { requestId: deliveryId, ywlsh: 'case-1', sjmc: '工地欠薪', fsdddm: '330106004', lzdw: [open], ...more },
  deliveryId,
  attempt: 1,
  now,
  credentials: credentials.outbound,
})

const deliver = (simulator: Simulator, call: OutboundCall) => deliverTo(simulator, adapter, call)

const settled = () => new Promise(done => setTimeout(done, 120))

describe('simulator of mt-coordination', () => {
  it('acknowledges at once, then calls back with its own number', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    expect(await deliver(simulator, push('d1'))).toEqual({ kind: 'delivered' })
    const [callback] = await hub.wait(1)
    expect(callback?.path).toBe('/in/mt-coordination/callback')
    expect(callback?.tree).toEqual({
      ywlsh: 'case-1',
      requestId: 'd1',
      sxbh: first,
      zt: '登记',
      jg: '成功',
      thyy: null,
      jydw: null,
      hdsj: '2026-03-02 09:45:00',
    })
    const date = callback!.headers['x-bg-date-time']!
    const signed = { method: 'POST', path: '/in/mt-coordination/callback' } as const
    expect(callback!.headers['x-bg-hmac-signature']).toBe(
      irsSignature(credentials.inbound.secret, signed, credentials.inbound.accessKey, date),
    )
  })

  it('brings a known matter up to date without a callback, keeping history and name', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    await deliver(simulator, push('d1', { lzjl: { sjlx: 'CaseRegistered' } }))
    await hub.wait(1)
    const update = { requestId: 'd2', ywlsh: 'case-1', sxbh: first, lzdw: [open], lzjl: { sjlx: 'CaseAccepted' } }
    expect(await deliver(simulator, { ...push('d2'), native: update })).toEqual({ kind: 'delivered' })
    await settled()
    expect(hub.caught).toHaveLength(1)
    expect(simulator.store()).toMatchObject({
      matters: {
        [first]: { sjmc: '工地欠薪', zt: '登记', jl: [{ sjlx: 'CaseRegistered' }, { sjlx: 'CaseAccepted' }] },
      },
    })
  })

  it('closes its matter when every unit has ended and opens it again when one has not', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    await deliver(simulator, push('d1'))
    await deliver(simulator, push('d2', { lzdw: [closed, { ...open, ajlx: '协同', xtbs: 'mt-coordination' }] }))
    await deliver(simulator, push('d3', { lzdw: [closed] }))
    await deliver(simulator, push('d4', { lzdw: [{ ...open, zt: '重开' }] }))
    await hub.wait(3)
    expect(hub.caught.map(one => (one.tree as { zt: string }).zt)).toEqual(['登记', '办结', '重开'])
  })

  it('gives a matter of another province back and names the unit it belongs to', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    await deliver(simulator, push('d1', { fsdddm: '340102' }))
    const [callback] = await hub.wait(1)
    expect(callback?.tree).toMatchObject({ jg: '退回', sxbh: null, thyy: '不属本省管辖', jydw: '340102协同应用系统' })
  })

  it('remembers a requestId: same content same answer, other content conflict', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    await deliver(simulator, push('d1'))
    expect(await deliver(simulator, push('d1'))).toEqual({ kind: 'delivered' })
    expect(await deliver(simulator, push('d1', { sjmc: '另一件' }))).toEqual({ kind: 'conflict' })
    await settled()
    expect(hub.caught).toHaveLength(1)
    expect(simulator.store()).toMatchObject({ matters: { [first]: { sjmc: '工地欠薪' } } })
  })

  it.each([
    [{ sjmc: '' }, 'E2001'],
    [{ ywlsh: '' }, 'E2000'],
    [{ sxbh: 'MT33010620260302000099' }, 'E2002'],
  ])('refuses a push with %o as %s', async (more, code) => {
    const simulator = await start()
    expect(await deliver(simulator, push('d1', more))).toMatchObject({ kind: 'refused', code, answer: { code } })
    expect(simulator.store()).toMatchObject({ matters: {}, refused: [{ code }] })
  })

  it('refuses everything in mode refuse and names another unit', async () => {
    const simulator = await start()
    simulator.behave({ mode: 'refuse' })
    expect(await deliver(simulator, push('d1'))).toMatchObject({
      kind: 'refused',
      answer: { jydw: expect.any(String) },
    })
  })

  it.each([
    ['Invalid access key', { accessKey: 'other', secret: credentials.outbound.secret }, now],
    ['Invalid signature', { ...credentials.outbound, secret: 'other' }, now],
    ['Clock skew exceeded', credentials.outbound, new Date(now.getTime() + 91_000)],
  ])('answers 401 %s', async (text, keys, at) => {
    const simulator = await start()
    const answer = await send(simulator.url, adapter.request!({ ...push('d1'), credentials: keys, now: at }))
    expect([answer.status, String(answer.body)]).toEqual([401, text])
  })

  it('accepts a date 89 seconds off, and one in Zhejiang time that says GMT', async () => {
    const simulator = await start()
    for (const at of [new Date(now.getTime() - 89_000), new Date(now.getTime() + 8 * 3_600_000)]) {
      const answer = await send(simulator.url, adapter.request!({ ...push('d1'), now: at }))
      expect(answer.status).toBe(200)
    }
  })

  it('forbids an address that no route has', async () => {
    const simulator = await start()
    const request = { method: 'POST', path: '/restapi/prod/IC33000020260302000009/other' } as const
    const headers = irsHeaders(credentials.outbound, request, now)
    const answer = await send(simulator.url, { ...request, headers, body: Buffer.from('{}') })
    expect([answer.status, String(answer.body)]).toEqual([401, 'The route_id is forbidden.'])
  })

  it('is looked up by requestId after a cut connection', async () => {
    const simulator = await start()
    simulator.behave({ mode: 'cut' })
    await expect(deliver(simulator, push('d1'))).rejects.toThrow()
    simulator.behave({ mode: 'normal' })
    const look = async (id: string) => {
      const answer = await send(simulator.url, adapter.lookUp!.request(push(id)))
      return adapter.lookUp!.outcome({ ...answer, headers: {} }, push(id))
    }
    expect(await look('d1')).toEqual({ kind: 'delivered', serial: first })
    expect(await look('d2')).toBeUndefined()
  })

  it('calls back again when the hub was not ready', async () => {
    const hub = await startCatcher()
    hub.answer(503)
    const simulator = await start(hub.url)
    await deliver(simulator, push('d1'))
    await hub.wait(1)
    hub.answer(202)
    await hub.wait(2)
    await settled()
    expect(hub.caught).toHaveLength(2)
  })

  it('sends every matter back under its own number with a new time in mode reexport', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    simulator.behave({ mode: 'reexport' })
    await deliver(simulator, push('d1'))
    await hub.wait(2)
    const matter = hub.caught.find(one => one.path.endsWith('/matter'))
    expect(matter?.tree).toMatchObject({
      sxbh: first,
      ywlsh: 'case-1',
      zt: '登记',
      sjmc: '工地欠薪',
      ztsj: '2026-03-02 09:45:00',
      lzdw: [open],
    })
    expect(matter?.tree).not.toHaveProperty('requestId')
  })

  it('keeps matters entered at its own windows', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    await simulator.send('matter', { sxbh: 'MT33010620260303000021', sjmc: '漏水', zt: '登记' })
    expect(hub.caught[0]?.path).toBe('/in/mt-coordination/matter')
    expect(simulator.store()).toMatchObject({ matters: { MT33010620260303000021: { sjmc: '漏水' } } })
  })
})
