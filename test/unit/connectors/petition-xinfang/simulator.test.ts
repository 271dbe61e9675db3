import { describe, expect, it, onTestFinished } from 'vitest'
import { adapter } from '#connectors/petition-xinfang/adapter.ts'
import { startSimulator } from '#connectors/petition-xinfang/simulator.ts'
import { irsSignature, type Json, type OutboundCall, type Simulator } from '#connectors/sdk.ts'
import { startCatcher } from '../../../helpers/catcher.ts'
import { deliverTo, send } from '../support.ts'

const credentials = {
  inbound: { accessKey: 'demo-ak-petition-xinfang', secret: 'demo-sk-petition-xinfang' },
  outbound: { token: 'demo-hub-token-petition-xinfang' },
}
const now = new Date('2026-06-01T01:30:00Z')
const first = 'XF330106202606010009'

async function start(hubUrl = 'http://127.0.0.1:1'): Promise<Simulator> {
  const simulator = await startSimulator({
    system: 'petition-xinfang',
    port: 0,
    hubUrl: () => hubUrl,
    credentials,
    now: () => now,
    random: () => 0,
  })
  onTestFinished(() => simulator.close())
  return simulator
}

const intake = (deliveryId: string, more: Record<string, Json> = {}): OutboundCall => ({
  system: 'petition-xinfang',
  message: 'intake',
  native: {
    xfjid: deliveryId,
    ywlsh: 'case-1',
    lybh: 'HZSDH20260012345',
    zjjgmc: '西溪街道',
    gkxx: '工地欠薪',
    xfmddm: '申诉求决',
    xfr: [{ xm: '虚甲一' }],
    ...more,
  },
  deliveryId,
  attempt: 1,
  now,
  credentials: credentials.outbound,
})

const result = (deliveryId: string, more: Record<string, Json> = {}): OutboundCall => ({
  ...intake(deliveryId),
  message: 'result',
  native: { blid: deliveryId, ywlsh: 'case-1', xfjbh: first, xfjclzt: '办理', blxt: 'zongzhi', ...more },
})

const deliver = (simulator: Simulator, call: OutboundCall) => deliverTo(simulator, adapter, call)

describe('simulator of petition-xinfang', () => {
  it('opens a letter for an intake and gives it the next number of the day', async () => {
    const simulator = await start()
    expect(await deliver(simulator, intake('d1'))).toMatchObject({ kind: 'delivered', serial: first })
    expect(await deliver(simulator, intake('d2', { ywlsh: 'case-2' }))).toMatchObject({
      serial: 'XF330106202606010010',
    })
    expect(simulator.store()).toMatchObject({
      letters: { [first]: { xfjzt: '登记', ywlsh: 'case-1', lybh: 'HZSDH20260012345', results: [] } },
    })
  })

  it('answers a second copy and a second intake of the same item with the number it has', async () => {
    const simulator = await start()
    await deliver(simulator, intake('d1'))
    expect(await deliver(simulator, intake('d1'))).toMatchObject({ kind: 'conflict', serial: first })
    expect(await deliver(simulator, intake('d2'))).toMatchObject({ kind: 'conflict', serial: first })
    expect(Object.keys((simulator.store() as { letters: object }).letters)).toEqual([first])
  })

  it.each(['wrong', ''])('refuses the token "%s" with its own error body and keeps nothing', async token => {
    const simulator = await start()
    const answer = await send(simulator.url, adapter.request!({ ...intake('d1'), credentials: { token } }))
    expect(answer.status).toBe(401)
    expect(JSON.parse(String(answer.body))).toEqual({ code: '401', msg: '令牌无效' })
    expect(simulator.store()).toEqual({ letters: {}, rows: [], refused: [] })
  })

  it.each([
    [{ ywlsh: '' }, 'E01'],
    [{ gkxx: ' ' }, 'E01'],
    [{ lybh: '浙杭西湖劳人仲案〔2026〕123号' }, 'E31'],
    [{ lybh: '（2025）浙0106民初9876号' }, 'E31'],
  ])('refuses the intake with %o as code %s', async (more, code) => {
    const simulator = await start()
    expect(await deliver(simulator, intake('d1', more))).toMatchObject({ kind: 'refused', code })
    expect(simulator.store()).toMatchObject({ letters: {}, refused: [{ id: 'd1', code }] })
  })

  it('refuses everything in mode refuse', async () => {
    const simulator = await start()
    simulator.behave({ mode: 'refuse' })
    expect(await deliver(simulator, intake('d1'))).toMatchObject({ kind: 'refused', code: 'E09' })
  })

  it('hears results about letters it keeps once, and refuses others', async () => {
    const simulator = await start()
    await deliver(simulator, intake('d1'))
    expect(await deliver(simulator, result('r1'))).toMatchObject({ kind: 'delivered', serial: first })
    expect(await deliver(simulator, result('r1'))).toMatchObject({ kind: 'conflict', serial: first })
    expect(await deliver(simulator, result('r2', { xfjbh: 'XF330106202606010099' }))).toMatchObject({
      kind: 'refused',
      code: 'E04',
    })
    const { letters } = simulator.store() as { letters: Record<string, { results: Json[] }> }
    expect(letters[first]?.results).toEqual([{ ywlsh: 'case-1', xfjclzt: '办理', blxt: 'zongzhi' }])
  })

  it('is looked up by our own number after a cut connection', async () => {
    const simulator = await start()
    simulator.behave({ mode: 'cut' })
    await expect(deliver(simulator, intake('d1'))).rejects.toThrow()
    simulator.behave({ mode: 'normal' })
    const look = async (id: string) => {
      const call = intake(id)
      return adapter.lookUp!.outcome(
        { ...(await send(simulator.url, adapter.lookUp!.request(call))), headers: {} },
        call,
      )
    }
    expect(await look('d1')).toMatchObject({ kind: 'delivered', serial: first, answer: { data: { xfjzt: '登记' } } })
    expect(await look('d2')).toBeUndefined()
  })

  it('signs what it sends, keeps its own letters and numbers after them', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    await simulator.send('letter', { xfjbh: 'XF330106202606010012', xfjzt: '受理' })
    const sent = hub.caught[0]!
    const signature = irsSignature(
      credentials.inbound.secret,
      { method: 'POST', path: '/in/petition-xinfang/letter' },
      credentials.inbound.accessKey,
      sent.headers['x-bg-date-time']!,
    )
    expect(sent.headers['x-bg-hmac-signature']).toBe(signature)
    expect(await deliver(simulator, intake('d1'))).toMatchObject({ serial: 'XF330106202606010013' })
  })

  it('sends its own letter back with a new time in mode reexport', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    simulator.behave({ mode: 'reexport' })
    await deliver(simulator, intake('d1'))
    const [sent] = await hub.wait(1)
    expect(sent?.path).toBe('/in/petition-xinfang/letter')
    expect(sent?.tree).toMatchObject({ xfjbh: first, ywlsh: 'case-1', xfjzt: '登记' })
    expect((sent!.tree as { blfss: Json[] }).blfss).toHaveLength(2)
  })
})
