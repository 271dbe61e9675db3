import { describe, expect, it, onTestFinished } from 'vitest'
import { adapter } from '#connectors/court-odr/adapter.ts'
import { startSimulator } from '#connectors/court-odr/simulator.ts'
import { irsSignature, type Json, type OutboundCall, type Simulator } from '#connectors/sdk.ts'
import { startCatcher } from '../../../helpers/catcher.ts'
import { deliverTo, lookUpAt, send } from '../support.ts'

const credentials = {
  inbound: { accessKey: 'demo-ak-court-odr', secret: 'demo-sk-court-odr' },
  outbound: { token: 'demo-hub-token-court-odr' },
}
const now = new Date('2026-06-30T02:20:00Z')
const first = '（2026）浙0106民诉前调1234号'

async function start(hubUrl = 'http://127.0.0.1:1', calendar = () => now): Promise<Simulator> {
  const simulator = await startSimulator({
    system: 'court-odr',
    port: 0,
    hubUrl: () => hubUrl,
    credentials,
    now: calendar,
    random: () => 0,
  })
  onTestFinished(() => simulator.close())
  return simulator
}

const entrust = (deliveryId: string, more: Record<string, Json> = {}): OutboundCall => ({
  system: 'court-odr',
  message: 'entrust',
  native: {
    pushId: deliveryId,
    outCaseId: 'case-1',
    sourceNo: '3301060000000202605060187',
    applyType: '调解',
    cause: '服务合同纠纷',
    parties: [{ role: '申请人', name: '虚己六' }],
    ...more,
  },
  deliveryId,
  attempt: 1,
  now,
  credentials: credentials.outbound,
})

const confirm = (deliveryId: string, effectTime: string): OutboundCall =>
  entrust(deliveryId, {
    applyType: '司法确认',
    agreement: { no: '（2026）杭西西溪调字第012号', effectTime },
  })

const notice = (deliveryId: string, more: Record<string, Json> = {}): OutboundCall => ({
  ...entrust(deliveryId),
  message: 'notice',
  native: {
    pushId: deliveryId,
    outCaseId: 'case-1',
    event: 'MediationSucceeded',
    unitSystem: 'peoples-mediation',
    ...more,
  },
})

const deliver = (simulator: Simulator, call: OutboundCall) => deliverTo(simulator, adapter, call)

const lookUp = (simulator: Simulator, id: string) => lookUpAt(simulator, adapter, entrust(id))

describe('simulator of court-odr', () => {
  it('registers what is handed over under the next case id and the next 案号', async () => {
    const simulator = await start()
    expect(await deliver(simulator, entrust('d1'))).toMatchObject({
      kind: 'delivered',
      serial: '55',
      answer: { data: { caseId: 55, ah: first, caseState: '待审核', createTime: '2026-06-30 10:20:00' } },
    })
    expect(await deliver(simulator, entrust('d2', { outCaseId: 'case-2' }))).toMatchObject({
      serial: '56',
      answer: { data: { ah: '（2026）浙0106民诉前调1235号' } },
    })
    expect(simulator.store()).toMatchObject({
      cases: { 55: { ah: first, outCaseId: 'case-1', sourceNo: '3301060000000202605060187', notices: [] } },
    })
  })

  it('answers a second copy and a second hand-over of the same case with the case it has', async () => {
    const simulator = await start()
    await deliver(simulator, entrust('d1'))
    expect(await deliver(simulator, entrust('d1'))).toMatchObject({ kind: 'conflict', serial: '55' })
    expect(await deliver(simulator, entrust('d2'))).toMatchObject({ kind: 'conflict', serial: '55' })
    expect(Object.keys((simulator.store() as { cases: object }).cases)).toEqual(['55'])
  })

  it('refuses a wrong ticket with its own error body, its store unchanged', async () => {
    const simulator = await start()
    const wrong = { ...entrust('d1'), credentials: { token: 'wrong' } }
    const answer = await send(simulator.url, adapter.request!(wrong))
    expect(answer.status).toBe(401)
    expect(JSON.parse(String(answer.body))).toEqual({ code: 401, msg: '票据无效', data: null })
    expect((await send(simulator.url, adapter.lookUp!.request(wrong))).status).toBe(401)
    expect(simulator.store()).toEqual({ cases: {}, filings: {}, pushes: [], refused: [] })
  })

  it.each([
    [{ outCaseId: '' }, '4001'],
    [{ parties: [{ role: '申请人' }] }, '4001'],
    [{ cause: '非民商事纠纷' }, '4002'],
    [{ applyType: '司法确认' }, '4005'],
  ])('refuses the hand-over with %o as code %s', async (more, code) => {
    const simulator = await start()
    expect(await deliver(simulator, entrust('d1', more))).toMatchObject({ kind: 'refused', code })
    expect(simulator.store()).toMatchObject({ cases: {}, refused: [{ pushId: 'd1', code: Number(code) }] })
  })

  it('takes an application for confirmation in within thirty days of the agreement, without a 案号', async () => {
    const simulator = await start('http://127.0.0.1:1', () => new Date('2026-05-08T15:59:00Z'))
    const outcome = await deliver(simulator, confirm('d1', '2026-04-08 00:00:00'))
    expect(outcome).toMatchObject({ kind: 'delivered', serial: '55', answer: { data: { caseState: '申请司法确认' } } })
    expect(outcome).not.toHaveProperty('answer.data.ah')
    const late = await start('http://127.0.0.1:1', () => new Date('2026-05-08T16:00:00Z'))
    expect(await deliver(late, confirm('d1', '2026-04-08 00:00:00'))).toMatchObject({ kind: 'refused', code: '4006' })
  })

  it('keeps the mediation and the confirmation of one dispute apart', async () => {
    const simulator = await start()
    await deliver(simulator, entrust('d1'))
    expect(await deliver(simulator, confirm('d2', '2026-06-29'))).toMatchObject({ kind: 'delivered', serial: '56' })
  })

  it('refuses everything in mode refuse', async () => {
    const simulator = await start()
    simulator.behave({ mode: 'refuse' })
    expect(await deliver(simulator, entrust('d1'))).toMatchObject({ kind: 'refused', code: '4003' })
  })

  it('hears notices about disputes it keeps, by either number, and refuses others', async () => {
    const simulator = await start()
    await deliver(simulator, entrust('d1'))
    expect(await deliver(simulator, notice('n1', { caseId: '55', outCaseId: '' }))).toMatchObject({ kind: 'delivered' })
    expect(await deliver(simulator, notice('n2'))).toMatchObject({ kind: 'delivered' })
    expect(await deliver(simulator, notice('n3', { outCaseId: 'case-9' }))).toMatchObject({
      kind: 'refused',
      code: '4004',
    })
    expect(simulator.store()).toMatchObject({
      cases: { 55: { notices: [{ event: 'MediationSucceeded' }, { unitSystem: 'peoples-mediation' }] } },
    })
  })

  it('hears notices about a case that it has by its 案号 alone', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    await simulator.send('mediation-log', { ah: first, caseState: '调解中' })
    expect(await deliver(simulator, notice('n1', { ah: first }))).toMatchObject({ kind: 'delivered' })
    expect(simulator.store()).toMatchObject({ cases: { [first]: { notices: [{ event: 'MediationSucceeded' }] } } })
  })

  it('is looked up by push id after a cut connection', async () => {
    const simulator = await start()
    simulator.behave({ mode: 'cut' })
    await expect(deliver(simulator, entrust('d1'))).rejects.toThrow()
    simulator.behave({ mode: 'normal' })
    expect(await lookUp(simulator, 'd1')).toMatchObject({ kind: 'delivered', serial: '55' })
    expect(await lookUp(simulator, 'd2')).toBeUndefined()
  })

  it('signs what it sends, keeps its own cases and numbers after them', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    await simulator.send('mediation-log', { caseId: 60, ah: '(2026)浙0106民诉前调1300号', caseState: '调解中' })
    await simulator.send('filing', { filingId: 60, caseStatus: 110 })
    const sent = hub.caught[0]!
    const signature = irsSignature(
      credentials.inbound.secret,
      { method: 'POST', path: '/in/court-odr/mediation-log' },
      credentials.inbound.accessKey,
      sent.headers['x-bg-date-time']!,
    )
    expect(sent.headers['x-bg-hmac-signature']).toBe(signature)
    expect(simulator.store()).toMatchObject({
      cases: { 60: { caseState: '调解中' } },
      filings: { 60: { caseStatus: 110 } },
    })
    expect(await deliver(simulator, entrust('d1'))).toMatchObject({
      serial: '61',
      answer: { data: { ah: '（2026）浙0106民诉前调1301号' } },
    })
  })

  it('sends back its own log entry with a new time in mode reexport', async () => {
    const hub = await startCatcher()
    let at = now
    const simulator = await start(hub.url, () => at)
    await deliver(simulator, entrust('d1'))
    at = new Date('2026-07-01T02:20:00Z')
    simulator.behave({ mode: 'reexport' })
    await deliver(simulator, notice('n1'))
    const [sent] = await hub.wait(1)
    expect(sent?.path).toBe('/in/court-odr/mediation-log')
    expect(sent?.tree).toMatchObject({ caseId: 55, ah: first, outCaseId: 'case-1', createTime: '2026-07-01 10:20:00' })
  })
})
