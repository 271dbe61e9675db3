import { describe, expect, it, onTestFinished } from 'vitest'
import { adapter } from '#connectors/court-online/adapter.ts'
import { startSimulator } from '#connectors/court-online/simulator.ts'
import { type HttpMessage, irsSignature, type Json, type OutboundCall, type Simulator } from '#connectors/sdk.ts'
import { startCatcher } from '../../../helpers/catcher.ts'
import { deliverTo, lookUpAt, openedBy, send } from '../support.ts'

const credentials = {
  inbound: { accessKey: 'in-ak', secret: 'in-sk' },
  outbound: { appKey: 'out-app', secret: 'out-secret' },
}
const now = new Date('2026-07-01T01:00:00Z')

async function start(hubUrl = 'http://127.0.0.1:1', calendar = () => now): Promise<Simulator> {
  const simulator = await startSimulator({
    system: 'court-online',
    port: 0,
    hubUrl: () => hubUrl,
    credentials,
    now: calendar,
    random: () => 0,
  })
  onTestFinished(() => simulator.close())
  return simulator
}

const filing = (deliveryId: string, more: Record<string, Json> = {}): OutboundCall => ({
  system: 'court-online',
  message: 'filing',
  native: {
    tsbh: deliveryId,
    wlajbh: 'case-1',
    caseType: '执行',
    basisNo: '浙杭西湖劳人仲案〔2026〕123号',
    parties: [{ ssdw: '申请执行人', mc: '虚甲一' }],
    ...more,
  },
  deliveryId,
  attempt: 1,
  now,
  credentials: credentials.outbound,
})

const notice = (deliveryId: string, more: Record<string, Json> = {}): OutboundCall => ({
  ...filing(deliveryId),
  message: 'notice',
  native: { tsbh: deliveryId, wlajbh: 'case-1', sj: 'CaseClosed', dwxt: 'labour-arbitration', ...more },
})

/** With a ticket got as the hub gets it. */
async function ticketed(simulator: Simulator, call: OutboundCall): Promise<OutboundCall> {
  const token = adapter.login!.token(await send(simulator.url, adapter.login!.request(call)))
  return token ? { ...call, token: token.value } : call
}

const deliver = async (simulator: Simulator, call: OutboundCall) =>
  deliverTo(simulator, adapter, await ticketed(simulator, call))

async function list(simulator: Simulator, query: Record<string, string>): Promise<HttpMessage> {
  const { token = '' } = await ticketed(simulator, filing('list'))
  const asked = { pageNum: '1', pageSize: '50', gxsj: '', ticket: token, ...query }
  const ask = { method: 'GET', path: '/zxfw/api/cases', query: asked, headers: {}, body: Buffer.alloc(0) } as const
  const { body } = await send(simulator.url, ask)
  return { ...ask, headers: { 'content-type': 'application/xml' }, body }
}

const numbersOf = (page: HttpMessage) =>
  openedBy('court-online', 'case', page).map(one => (one.tree as unknown as Case).N_AJBS)

interface Case {
  readonly N_AJBS: string
}

const entered = (no: string, changed: string): Json => ({ N_AJBS: no, C_AJZT: '立案', C_CBR: '虚𠮷', DT_GXSJ: changed })

describe('simulator of court-online, as a court', () => {
  it('opens a case of the class asked for, without a 案号 yet', async () => {
    const simulator = await start()
    const data = { ajbs: '300120260701003001', ajlb: '0501', ajzt: '待审查', sasj: '2026-07-01 09:00:00', tsbh: 'd1' }
    expect(await deliver(simulator, filing('d1'))).toEqual({
      kind: 'delivered',
      serial: '300120260701003001',
      answer: { code: '0', msg: '成功', data },
    })
    const lawsuit = filing('d2', { wlajbh: 'case-2', caseType: '民事一审', basisNo: null })
    expect(await deliver(simulator, lawsuit)).toMatchObject({
      serial: '300120260701003002',
      answer: { data: { ajlb: '0301' } },
    })
  })

  it('answers a second copy, and a second filing of the same case, with the case it has', async () => {
    const simulator = await start()
    await deliver(simulator, filing('d1'))
    expect(await deliver(simulator, filing('d1'))).toMatchObject({ kind: 'conflict', serial: '300120260701003001' })
    expect(await deliver(simulator, filing('d2'))).toMatchObject({ kind: 'conflict', serial: '300120260701003001' })
    expect(Object.keys((simulator.store() as { cases: object }).cases)).toEqual(['300120260701003001'])
  })

  it.each([
    [{ wlajbh: '' }, '4001'],
    [{ parties: [{ ssdw: '原告' }] }, '4001'],
    [{ basisNo: '' }, '4005'],
  ])('refuses a filing with %o as code %s', async (more, code) => {
    const simulator = await start()
    expect(await deliver(simulator, filing('d1', more))).toMatchObject({ kind: 'refused', code })
    expect(simulator.store()).toMatchObject({ cases: {}, refused: [{ tsbh: 'd1', code }] })
  })

  it('refuses everything in mode refuse', async () => {
    const simulator = await start()
    simulator.behave({ mode: 'refuse' })
    expect(await deliver(simulator, filing('d1'))).toMatchObject({ kind: 'refused', code: '4003' })
  })

  it('hears notices about cases it keeps, by either number, each once, and refuses others', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    await simulator.send('case', { N_AJBS: '3001', C_AH: '（2026）浙0106执456号', C_AJZT: '执行立案' })
    expect(await deliver(simulator, notice('n1', { ajbs: '3001' }))).toMatchObject({
      kind: 'delivered',
      serial: '3001',
    })
    expect(await deliver(simulator, notice('n2', { ah: '（2026）浙0106执456号' }))).toMatchObject({ serial: '3001' })
    expect(await deliver(simulator, notice('n2', { ajbs: '3001' }))).toMatchObject({ kind: 'conflict' })
    expect(await deliver(simulator, notice('n3', { ajbs: '9' }))).toMatchObject({ kind: 'refused', code: '4004' })
    const { cases } = simulator.store() as { cases: Record<string, { notices: Json[] }> }
    expect(cases['3001']!.notices).toHaveLength(2)
  })

  it('is looked up by push id after a cut connection', async () => {
    const simulator = await start()
    const call = await ticketed(simulator, filing('d1'))
    simulator.behave({ mode: 'cut' })
    await expect(deliverTo(simulator, adapter, call)).rejects.toThrow()
    simulator.behave({ mode: 'normal' })
    expect(await lookUpAt(simulator, adapter, call)).toMatchObject({ kind: 'delivered', serial: '300120260701003001' })
    expect(await lookUpAt(simulator, adapter, { ...call, deliveryId: 'd2' })).toBeUndefined()
  })
})

describe('simulator of court-online, its tickets and what it sends', () => {
  it('gives no ticket for a wrong key and takes nothing without one, its store unchanged', async () => {
    const simulator = await start()
    const wrong = { ...filing('d1'), credentials: { appKey: 'out-app', secret: 'wrong' } }
    expect(await ticketed(simulator, wrong)).not.toHaveProperty('token')
    expect(await deliverTo(simulator, adapter, wrong)).toEqual({ kind: 'retry', code: '401' })
    expect(simulator.store()).toEqual({ cases: {}, pushes: [], refused: [] })
    const page = await list(simulator, { ticket: 'wrong' })
    expect(String(page.body)).toContain('<code>401</code>')
  })

  it('lets a ticket run out after ten minutes', async () => {
    let at = now
    const simulator = await start('http://127.0.0.1:1', () => at)
    const call = await ticketed(simulator, filing('d1'))
    at = new Date(now.getTime() + 599_999)
    expect(await deliverTo(simulator, adapter, call)).toMatchObject({ kind: 'delivered' })
    at = new Date(now.getTime() + 600_000)
    expect(await deliverTo(simulator, adapter, call)).toEqual({ kind: 'retry', code: '401' })
  })

  it('lists what changed since, in the order of change, page by page', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    await simulator.send('case', entered('2', '2026-07-02 09:00:00'))
    await simulator.send('case', entered('1', '2026-07-01 09:00:00'))
    await simulator.send('case', entered('3', '2026-07-03 09:00:00'))
    const first = await list(simulator, { pageSize: '2' })
    expect(numbersOf(first)).toEqual(['1', '2'])
    expect(openedBy('court-online', 'case', first)[0]!.tree).toEqual(entered('1', '2026-07-01 09:00:00'))
    // 立案 as GB18030 has it.
    expect(first.body.includes(Buffer.from('c1a2b0b8', 'hex'))).toBe(true)
    expect(numbersOf(await list(simulator, { pageSize: '2', pageNum: '2' }))).toEqual(['3'])
    expect(numbersOf(await list(simulator, { gxsj: '2026-07-02 09:00:00' }))).toEqual(['2', '3'])
    const empty = await list(simulator, { gxsj: '2026-08-01 00:00:00' })
    expect(String(empty.body)).toContain('<brief><code>0</code><count>0</count></brief>')
  })

  it('signs what it pushes, as XML with all that XML must escape', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    await simulator.send('case', {
      N_AJBS: '1',
      C_SSLY: '<b>5 < 6 & "7"</b>',
      T_AJ_DSR_AJXQ: [{ C_MC: '虚甲一' }, { C_MC: '虚乙二' }],
    })
    const [sent] = await hub.wait(1)
    expect(sent).toMatchObject({
      path: '/in/court-online/case',
      headers: { 'content-type': 'application/xml; charset=utf-8' },
    })
    const { accessKey, secret } = credentials.inbound
    const signed = { method: 'POST', path: '/in/court-online/case' } as const
    expect(sent!.headers['x-bg-hmac-signature']).toBe(
      irsSignature(secret, signed, accessKey, sent!.headers['x-bg-date-time']!),
    )
    expect(openedBy('court-online', 'case', sent!).map(one => one.tree)).toEqual([
      { N_AJBS: '1', C_SSLY: '<b>5 < 6 & "7"</b>', T_AJ_DSR_AJXQ: [{ C_MC: '虚甲一' }, { C_MC: '虚乙二' }] },
    ])
  })

  it('sends its own case back with a new time, and the case it came from, in mode reexport', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    simulator.behave({ mode: 'reexport' })
    await deliver(simulator, filing('d1'))
    const [sent] = await hub.wait(1)
    expect(openedBy('court-online', 'case', sent!).map(one => one.tree)).toEqual([
      {
        N_AJBS: '300120260701003001',
        N_AJLB: '0501',
        C_AJZT: '待审查',
        DT_GXSJ: '2026-07-01 09:00:00',
        C_WLAJBH: 'case-1',
      },
    ])
  })
})
