import { describe, expect, it, onTestFinished } from 'vitest'
import { adapter } from '#connectors/consumer-12315/adapter.ts'
import { startSimulator } from '#connectors/consumer-12315/simulator.ts'
import { irsSignature, type Json, type OutboundCall, type Simulator } from '#connectors/sdk.ts'
import { startCatcher } from '../../../helpers/catcher.ts'
import { deliverTo, lookUpAt, send } from '../support.ts'

const credentials = {
  inbound: { accessKey: 'demo-ak-consumer-12315', secret: 'demo-sk-consumer-12315' },
  outbound: { accessKey: 'demo-hub-ak-consumer-12315', secret: 'demo-hub-sk-consumer-12315' },
}
const now = new Date('2026-05-06T03:30:00Z')
const first = '3301060000000202605060001'

async function start(hubUrl = 'http://127.0.0.1:1', clock = () => now): Promise<Simulator> {
  const simulator = await startSimulator({
    system: 'consumer-12315',
    port: 0,
    hubUrl: () => hubUrl,
    credentials,
    now: clock,
    signedAt: () => now,
    random: () => 0,
  })
  onTestFinished(() => simulator.close())
  return simulator
}

const transfer = (deliveryId: string, more: Record<string, Json> = {}): OutboundCall => ({
  system: 'consumer-12315',
  message: 'transfer',
  native: {
    lsh: deliveryId,
    wbajid: 'case-1',
    xslx: '1',
    tsf: '虚辛八',
    btsdx: '杭州虚构健身有限公司',
    nr: '健身卡退款',
    xflx: '商品及服务消费',
    ...more,
  },
  deliveryId,
  attempt: 1,
  now,
  credentials: credentials.outbound,
})

const progress = (deliveryId: string, more: Record<string, Json> = {}): OutboundCall => ({
  ...transfer(deliveryId),
  message: 'progress',
  native: { lsh: deliveryId, wbajid: 'case-1', sjlx: 'CaseAccepted', dwxt: 'court-odr', ...more },
})

const deliver = (simulator: Simulator, call: OutboundCall) => deliverTo(simulator, adapter, call)

const lookUp = (simulator: Simulator, id: string) => lookUpAt(simulator, adapter, transfer(id))

describe('simulator of consumer-12315', () => {
  it('registers a transfer under the next number of the day', async () => {
    const simulator = await start()
    expect(await deliver(simulator, transfer('d1'))).toMatchObject({ kind: 'delivered', serial: first })
    expect(await deliver(simulator, transfer('d2', { wbajid: 'case-2' }))).toMatchObject({
      serial: '3301060000000202605060002',
    })
    expect(simulator.store()).toMatchObject({
      submissions: { [first]: { bjzt: '登记', djsj: '2026-05-06 11:30:00', wbajid: 'case-1', xslx: '1', jz: [] } },
    })
  })

  it('answers a second copy and a second transfer of the same case with the number it has', async () => {
    const simulator = await start()
    await deliver(simulator, transfer('d1'))
    expect(await deliver(simulator, transfer('d1'))).toMatchObject({ kind: 'conflict', serial: first })
    expect(await deliver(simulator, transfer('d2'))).toMatchObject({ kind: 'conflict', serial: first })
  })

  it('keeps a report of the same case apart from its complaint', async () => {
    const simulator = await start()
    await deliver(simulator, transfer('d1'))
    const report = await deliver(simulator, transfer('d2', { xslx: '2', tsf: '匿名' }))
    expect(report).toMatchObject({ kind: 'delivered', serial: '3301060000000202605060002' })
  })

  it.each([
    [{ accessKey: 'wrong', secret: credentials.outbound.secret }, now, 'Invalid access key'],
    [{ accessKey: credentials.outbound.accessKey, secret: 'wrong' }, now, 'Invalid signature'],
    [credentials.outbound, new Date(now.getTime() - 91_000), 'Clock skew exceeded'],
  ])('turns a wrong caller away, its store unchanged: %#', async (shown, at, text) => {
    const simulator = await start()
    const before = simulator.store()
    const call = { ...transfer('d1'), credentials: shown, now: at }
    const answer = await send(simulator.url, adapter.request!(call))
    expect([answer.status, String(answer.body)]).toEqual([401, text])
    expect(adapter.outcome!(answer, call)).toMatchObject({ kind: 'retry' })
    expect(simulator.store()).toEqual(before)
  })

  it('lets a caller pass whose clock says GMT+8', async () => {
    const simulator = await start()
    const call = { ...transfer('d1'), now: new Date(now.getTime() + 8 * 3_600_000) }
    expect(await deliver(simulator, call)).toMatchObject({ kind: 'delivered' })
  })

  it.each([
    [{ lsh: '' }, '1001'],
    [{ wbajid: '' }, '1002'],
    [{ btsdx: ' ' }, '1002'],
    [{ tsf: '匿名' }, '1002'],
    [{ xslx: '3' }, '1003'],
    [{ xflx: '非市场监管事项' }, '2001'],
  ])('refuses the transfer with %o as code %s', async (more, code) => {
    const simulator = await start()
    expect(await deliver(simulator, transfer('d1', more))).toMatchObject({ kind: 'refused', code })
    expect(simulator.store()).toMatchObject({ submissions: {}, pushes: [], refused: [{ code }] })
  })

  it('refuses everything in mode refuse', async () => {
    const simulator = await start()
    simulator.behave({ mode: 'refuse' })
    expect(await deliver(simulator, transfer('d1'))).toMatchObject({ kind: 'refused', code: '2002' })
  })

  it('hears of progress by its number or by our case, and refuses what it does not keep', async () => {
    const simulator = await start()
    await deliver(simulator, transfer('d1'))
    expect(await deliver(simulator, progress('p1', { djbh: first }))).toMatchObject({ kind: 'delivered' })
    expect(await deliver(simulator, progress('p2'))).toMatchObject({ kind: 'delivered', serial: first })
    expect(await deliver(simulator, progress('p2'))).toMatchObject({ kind: 'conflict', serial: first })
    expect(await deliver(simulator, progress('p3', { wbajid: 'case-9' }))).toMatchObject({
      kind: 'refused',
      code: '3001',
    })
    const { submissions } = simulator.store() as { submissions: Record<string, { jz: Json[] }> }
    expect(submissions[first]?.jz).toHaveLength(2)
  })

  it('is looked up by our number after a cut connection', async () => {
    const simulator = await start()
    simulator.behave({ mode: 'cut' })
    await expect(deliver(simulator, transfer('d1'))).rejects.toThrow()
    simulator.behave({ mode: 'normal' })
    expect(await lookUp(simulator, 'd1')).toMatchObject({ kind: 'delivered', serial: first })
    expect(await lookUp(simulator, 'd2')).toBeUndefined()
  })

  it('signs what it sends, keeps it and numbers after it', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    await simulator.send('complaint', { djbh: '3301060000000202605060231', bjzt: '待受理' })
    const [sent] = await hub.wait(1)
    const { accessKey, secret } = credentials.inbound
    const request = { method: 'POST', path: '/in/consumer-12315/complaint' } as const
    expect(sent?.path).toBe(request.path)
    expect(sent?.headers['x-bg-hmac-signature']).toBe(
      irsSignature(secret, request, accessKey, sent!.headers['x-bg-date-time']!),
    )
    expect(await deliver(simulator, transfer('d1'))).toMatchObject({ serial: '3301060000000202605060232' })
  })

  it('sends its own record back at a new time, and nothing of what it heard, in mode reexport', async () => {
    const hub = await startCatcher()
    let at = now
    const simulator = await start(hub.url, () => at)
    simulator.behave({ mode: 'reexport' })
    await deliver(simulator, transfer('d1'))
    at = new Date(now.getTime() + 60_000)
    await deliver(simulator, progress('p1'))
    const [one, two] = (await hub.wait(2)).map(({ path, tree }) => ({ path, tree }))
    expect(one).toMatchObject({
      path: '/in/consumer-12315/complaint',
      tree: { djbh: first, djsj: '2026-05-06 11:30:00', wbajid: 'case-1' },
    })
    expect(two).toEqual({ ...one, tree: { ...(one!.tree as object), djsj: '2026-05-06 11:31:00' } })
  })
})
