import { describe, expect, it, onTestFinished } from 'vitest'
import { adapter } from '#connectors/peoples-mediation/adapter.ts'
import { startSimulator } from '#connectors/peoples-mediation/simulator.ts'
import { irsSignature, type Json, type OutboundCall, type Simulator } from '#connectors/sdk.ts'
import { startCatcher } from '../../../helpers/catcher.ts'
import { deliverTo, lookUpAt, send } from '../support.ts'

const credentials = {
  inbound: { accessKey: 'demo-ak-peoples-mediation', secret: 'demo-sk-peoples-mediation' },
  outbound: { token: 'demo-hub-token-peoples-mediation' },
}
const now = new Date('2026-04-05T07:20:00Z')
const first = 'RT330106202604050012'
const second = 'RT330106202604050013'

async function start(hubUrl = 'http://127.0.0.1:1'): Promise<Simulator> {
  const simulator = await startSimulator({
    system: 'peoples-mediation',
    port: 0,
    hubUrl: () => hubUrl,
    credentials,
    now: () => now,
    random: () => 0,
  })
  onTestFinished(() => simulator.close())
  return simulator
}

const referral = (deliveryId: string, more: Record<string, Json> = {}): OutboundCall => ({
  system: 'peoples-mediation',
  message: 'referral',
  native: {
    tsid: deliveryId,
    ywlsh: 'case-1',
    ly: '其他部门移送',
    lybh: '3301060042026040500003',
    jflx: '邻里',
    sjlb: '0201',
    jfbt: '楼上漏水纠纷',
    dsr: [{ xm: '虚乙二', js: '申请人' }],
    ...more,
  },
  deliveryId,
  attempt: 1,
  now,
  credentials: credentials.outbound,
})

const notice = (deliveryId: string, more: Record<string, Json> = {}): OutboundCall => ({
  ...referral(deliveryId),
  message: 'notice',
  native: { tsid: deliveryId, ywlsh: 'case-1', sjlx: 'ConfirmationDecided', dwxt: 'court', ...more },
})

const deliver = (simulator: Simulator, call: OutboundCall) => deliverTo(simulator, adapter, call)

const lookUp = (simulator: Simulator, id: string) => lookUpAt(simulator, adapter, referral(id))

describe('simulator of peoples-mediation', () => {
  it('opens a case for a referral and gives it the next number of the day', async () => {
    const simulator = await start()
    expect(await deliver(simulator, referral('d1'))).toMatchObject({ kind: 'delivered', serial: first })
    expect(await deliver(simulator, referral('d2', { ywlsh: 'case-2' }))).toMatchObject({ serial: second })
    expect(simulator.store()).toMatchObject({
      cases: {
        [first]: {
          ajbh: first,
          zt: '移送',
          ztsj: '2026-04-05 15:20:00',
          djrq: '2026-04-05',
          lybh: '3301060042026040500003',
          jflx: '邻里',
          twhdm: '330106004RMTJ',
          jzxx: [],
        },
      },
    })
    expect(simulator.store()).not.toHaveProperty(['cases', first, 'tsid'])
  })

  it('gives the case to the committee that the hand-over names', async () => {
    const simulator = await start()
    await deliver(simulator, referral('d1', { twhdm: '330106109RMTJ', twhmc: '三墩镇人民调解委员会' }))
    expect(simulator.store()).toMatchObject({ cases: { [first]: { twhdm: '330106109RMTJ' } } })
  })

  it('answers a second copy and a second referral of the same case with the number it has', async () => {
    const simulator = await start()
    await deliver(simulator, referral('d1'))
    const before = simulator.store()
    expect(await deliver(simulator, referral('d1'))).toMatchObject({ kind: 'conflict', serial: first })
    expect(await deliver(simulator, referral('d2'))).toMatchObject({ kind: 'conflict', serial: first })
    expect(simulator.store()).toEqual(before)
  })

  it('refuses a wrong token with its own error body and stays as it was', async () => {
    const simulator = await start()
    for (const one of [referral('d1'), notice('n1')]) {
      const answer = await send(simulator.url, adapter.request!({ ...one, credentials: { token: 'wrong' } }))
      expect(answer.status).toBe(401)
      expect(JSON.parse(String(answer.body))).toEqual({ code: 'A0301', msg: '访问令牌无效', data: null })
    }
    expect(simulator.store()).toEqual({ cases: {}, pushes: [], refused: [] })
  })

  it.each([
    [{ ywlsh: '' }, 'A0401'],
    [{ jflx: '' }, 'A0401'],
    [{ dsr: [{ js: '申请人' }] }, 'A0401'],
    [{ sjlb: '1502' }, 'A0402'],
    [{ sjlb: '1402' }, 'A0402'],
  ])('refuses the referral with %o as code %s', async (more, code) => {
    const simulator = await start()
    expect(await deliver(simulator, referral('d1', more))).toMatchObject({ kind: 'refused', code })
    expect(simulator.store()).toMatchObject({ cases: {}, pushes: [], refused: [{ tsid: 'd1', code }] })
  })

  it('refuses everything in mode refuse', async () => {
    const simulator = await start()
    simulator.behave({ mode: 'refuse' })
    expect(await deliver(simulator, referral('d1'))).toMatchObject({ kind: 'refused', code: 'A0403' })
  })

  it('hears notices about cases it keeps, and refuses others', async () => {
    const simulator = await start()
    await deliver(simulator, referral('d1'))
    expect(await deliver(simulator, notice('n1', { ajbh: ' rt330106202604050012', ywlsh: 'case-9' }))).toEqual({
      kind: 'delivered',
      serial: first,
    })
    expect(await deliver(simulator, notice('n2'))).toMatchObject({ kind: 'delivered' })
    expect(await deliver(simulator, notice('n2'))).toMatchObject({ kind: 'conflict' })
    expect(await deliver(simulator, notice('n3', { ywlsh: 'case-9' }))).toMatchObject({ code: 'A0405' })
    const news = { sjlx: 'ConfirmationDecided', dwxt: 'court' }
    expect(simulator.store()).toMatchObject({ cases: { [first]: { jzxx: [news, news] } } })
  })

  it('is looked up by push id after a cut connection', async () => {
    const simulator = await start()
    simulator.behave({ mode: 'cut' })
    await expect(deliver(simulator, referral('d1'))).rejects.toThrow()
    simulator.behave({ mode: 'normal' })
    expect(await lookUp(simulator, 'd1')).toMatchObject({ kind: 'delivered', serial: first })
    expect(await lookUp(simulator, 'd2')).toBeUndefined()
  })

  it('signs what it sends, keeps its own cases and numbers after them', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    const own = { ajbh: 'RT330106202604050040', zt: '受理', slrq: '2026-04-05' }
    await simulator.send('case', own)
    const sent = hub.caught[0]!
    expect(sent).toMatchObject({ path: '/in/peoples-mediation/case', tree: own })
    const signature = irsSignature(
      credentials.inbound.secret,
      { method: 'POST', path: '/in/peoples-mediation/case' },
      credentials.inbound.accessKey,
      sent.headers['x-bg-date-time']!,
    )
    expect(sent.headers['x-bg-hmac-signature']).toBe(signature)
    expect(await deliver(simulator, referral('d1'))).toMatchObject({ serial: 'RT330106202604050041' })
  })

  it('sends back its own record with a new time in mode reexport', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    simulator.behave({ mode: 'reexport' })
    await deliver(simulator, referral('d1'))
    await deliver(simulator, notice('n1'))
    const sent = await hub.wait(2)
    for (const one of sent) {
      expect(one.path).toBe('/in/peoples-mediation/case')
      expect(one.tree).toMatchObject({ ajbh: first, ywlsh: 'case-1', zt: '移送', ztsj: '2026-04-05 15:20:00' })
      expect(one.tree).not.toHaveProperty('jzxx')
    }
  })
})
