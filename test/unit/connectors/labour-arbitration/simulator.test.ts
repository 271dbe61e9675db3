import { describe, expect, it, onTestFinished } from 'vitest'
import { adapter } from '#connectors/labour-arbitration/adapter.ts'
import { startSimulator } from '#connectors/labour-arbitration/simulator.ts'
import { irsSignature, type Json, type OutboundCall, type Simulator } from '#connectors/sdk.ts'
import { startCatcher } from '../../../helpers/catcher.ts'
import { deliverTo, send } from '../support.ts'

const credentials = {
  inbound: { accessKey: 'demo-ak-labour-arbitration', secret: 'demo-sk-labour-arbitration' },
  outbound: { token: 'demo-hub-token-labour-arbitration' },
}
const now = new Date('2026-03-18T01:30:00Z')
const first = '浙杭西湖劳人仲案〔2026〕123号'

async function start(hubUrl = 'http://127.0.0.1:1'): Promise<Simulator> {
  const simulator = await startSimulator({
    system: 'labour-arbitration',
    port: 0,
    hubUrl: () => hubUrl,
    credentials,
    now: () => now,
    random: () => 0,
  })
  onTestFinished(() => simulator.close())
  return simulator
}

const material = (deliveryId: string, more: Record<string, Json> = {}): OutboundCall => ({
  system: 'labour-arbitration',
  message: 'material',
  native: {
    push_id: deliveryId,
    out_case_id: 'case-1',
    source_no: 'HZSDH20260012345',
    cause: '追索劳动报酬',
    applicant_arr: [{ name: '虚甲一' }],
    ...more,
  },
  deliveryId,
  attempt: 1,
  now,
  credentials: credentials.outbound,
})

const notice = (deliveryId: string, more: Record<string, Json> = {}): OutboundCall => ({
  ...material(deliveryId),
  message: 'notice',
  native: { push_id: deliveryId, out_case_id: 'case-1', event: 'CaseClosed', unit_system: 'zongzhi', ...more },
})

const deliver = (simulator: Simulator, call: OutboundCall) => deliverTo(simulator, adapter, call)

describe('simulator of labour-arbitration', () => {
  it('opens a case for a material and gives it the next number of the year', async () => {
    const simulator = await start()
    expect(await deliver(simulator, material('d1'))).toMatchObject({ kind: 'delivered', serial: first })
    expect(await deliver(simulator, material('d2', { out_case_id: 'case-2' }))).toMatchObject({
      serial: '浙杭西湖劳人仲案〔2026〕124号',
    })
    expect(simulator.store()).toMatchObject({
      cases: { [first]: { status: '申请', apply_at: '2026-03-18', source_no: 'HZSDH20260012345', notices: [] } },
    })
  })

  it('answers a second copy and a second material of the same case with the number it has', async () => {
    const simulator = await start()
    await deliver(simulator, material('d1'))
    expect(await deliver(simulator, material('d1'))).toMatchObject({ kind: 'conflict', serial: first })
    expect(await deliver(simulator, material('d2'))).toMatchObject({ kind: 'conflict', serial: first })
  })

  it('refuses a wrong token with its own error body', async () => {
    const simulator = await start()
    const request = adapter.request!({ ...material('d1'), credentials: { token: 'wrong' } })
    const answer = await send(simulator.url, request)
    expect(answer.status).toBe(401)
    expect(JSON.parse(String(answer.body))).toEqual({ code: 401, message: '令牌无效', data: null })
    expect(simulator.store()).toMatchObject({ cases: {} })
  })

  it.each([
    [{ out_case_id: '' }, '4001'],
    [{ applicant_arr: [] }, '4001'],
    [{ cause: '非劳动人事争议' }, '4002'],
  ])('refuses the material with %o as code %s', async (more, code) => {
    const simulator = await start()
    expect(await deliver(simulator, material('d1', more))).toMatchObject({ kind: 'refused', code })
    expect(simulator.store()).toMatchObject({ cases: {}, refused: [{ push_id: 'd1', code }] })
  })

  it('refuses everything in mode refuse', async () => {
    const simulator = await start()
    simulator.behave({ mode: 'refuse' })
    expect(await deliver(simulator, material('d1'))).toMatchObject({ kind: 'refused', code: '4003' })
  })

  it('hears notices about cases it keeps, whatever the brackets, and refuses others', async () => {
    const simulator = await start()
    await deliver(simulator, material('d1'))
    expect(await deliver(simulator, notice('n1', { case_no: '浙杭西湖劳人仲案[2026]0123号' }))).toMatchObject({
      kind: 'delivered',
    })
    expect(await deliver(simulator, notice('n2', { out_case_id: 'case-9' }))).toMatchObject({
      kind: 'refused',
      code: '4004',
    })
    expect(simulator.store()).toMatchObject({
      cases: { [first]: { notices: [{ event: 'CaseClosed', unit_system: 'zongzhi' }] } },
    })
  })

  it('is looked up by push id after a cut connection', async () => {
    const simulator = await start()
    simulator.behave({ mode: 'cut' })
    await expect(deliver(simulator, material('d1'))).rejects.toThrow()
    simulator.behave({ mode: 'normal' })
    const look = async (id: string) => {
      const call = material(id)
      return adapter.lookUp!.outcome(
        { ...(await send(simulator.url, adapter.lookUp!.request(call))), headers: {} },
        call,
      )
    }
    expect(await look('d1')).toMatchObject({ kind: 'delivered', serial: first })
    expect(await look('d2')).toBeUndefined()
  })

  it('signs what it sends, keeps its own cases and numbers after them', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    await simulator.send('case', { case_no: '浙杭西湖劳人仲案[2026]0123号', status: '受理' })
    const sent = hub.caught[0]!
    const signature = irsSignature(
      credentials.inbound.secret,
      { method: 'POST', path: '/in/labour-arbitration/case' },
      credentials.inbound.accessKey,
      sent.headers['x-bg-date-time']!,
    )
    expect(sent.headers['x-bg-hmac-signature']).toBe(signature)
    expect(await deliver(simulator, material('d1'))).toMatchObject({ serial: '浙杭西湖劳人仲案〔2026〕124号' })
  })

  it('sends back its own record with a new time in mode reexport', async () => {
    const hub = await startCatcher()
    const simulator = await start(hub.url)
    simulator.behave({ mode: 'reexport' })
    await deliver(simulator, material('d1'))
    const [sent] = await hub.wait(1)
    expect(sent?.path).toBe('/in/labour-arbitration/case')
    expect(sent?.tree).toMatchObject({ case_no: first, status: '申请', apply_at: '2026-03-18 09:30:00' })
  })
})
