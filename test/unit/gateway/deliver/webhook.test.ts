import { createHmac } from 'node:crypto'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createViewer } from '#gateway/deliver/visible.ts'
import { keyOf, shutRecord, signWebhook, webhookDoor } from '#gateway/deliver/webhook.ts'
import { addressGuard } from '#gateway/transports/address-guard.ts'
import { createHttpPush } from '#gateway/transports/http-push.ts'
import { caseCodec, caseRecordSchema, sealedPartSchema } from '../../../helpers/records.ts'
import { subscription, system, table } from '../route/sketch.ts'
import { FakeKafka } from './fake-kafka.ts'
import { caseId, outcomes, publish, serve, start, topics } from './rig.ts'

const now = new Date('2026-03-02T08:00:00Z')
const secrets = [`whsec_${Buffer.alloc(24, 1).toString('base64')}`, `whsec_${Buffer.alloc(24, 2).toString('base64')}`]
const soon = { timeout: 3000, interval: 10 }

function door(url: string, allowed = ['127.0.0.0/8']) {
  const push = createHttpPush({ guard: addressGuard(allowed) })
  onTestFinished(() => push.close())
  return webhookDoor({
    subscription: subscription('unit', 'COORDINATE', { door: { kind: 'webhook', url, secrets } }),
    system: system('unit'),
    secrets: () => secrets,
    push,
    decode: bytes => caseCodec.decode(bytes),
    openPersonal: async () => null,
    viewer: createViewer({ open: caseRecordSchema, sealed: sealedPartSchema }, table, () => now),
    now: () => now,
  })
}

describe('the webhook door', () => {
  it('sends a signed CloudEvent with the standard headers', async () => {
    const seen: { body: string; headers: Record<string, unknown> }[] = []
    const url = await serve((request, response) => {
      seen.push(request)
      response.writeHead(204).end()
    })
    const kafka = new FakeKafka()
    publish(kafka, [{ sequence: 3 }])
    start(kafka, door(`${url}/hook`))
    await vi.waitFor(() => expect(outcomes(kafka)).toEqual(['1:delivered']), soon)
    const [{ body, headers }] = seen as [(typeof seen)[0]]
    const delivery = kafka.log('out.unit')[0]!.headers.hub_delivery!
    expect(headers).toMatchObject({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'webhook-id': delivery,
      'webhook-timestamp': String(now.getTime() / 1000),
    })
    const signed = `${delivery}.${now.getTime() / 1000}.${body}`
    const expected = secrets.map(secret => {
      const key = Buffer.from(secret.slice(6), 'base64')
      return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
    })
    expect(headers['webhook-signature']).toBe(expected.join(' '))
    expect(JSON.parse(body)).toMatchObject({
      specversion: '1.0',
      type: 'hub.case.ProgressReported',
      source: '/systems/sender',
      subject: '11111111-1111-5111-8111-111111111111',
      sequence: '3',
      proceedingversion: 3,
      systemid: 'sender',
      deliveryid: delivery,
      data: { case: { categoryCode: '0701' }, personal: {} },
    })
  })

  it('agrees with the published example of Standard Webhooks', () => {
    const signature = signWebhook(
      [keyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')],
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1614265330,
      Buffer.from('{"test": 2432232314}'),
    )
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  it.each([
    [302, 'retry'],
    [400, 'retry'],
    [500, 'retry'],
    [410, 'closed'],
    [202, 'delivered'],
  ])('takes HTTP %i for %s', async (status, kind) => {
    const url = await serve((_request, response) => void response.writeHead(status, { location: '/x' }).end())
    const kafka = new FakeKafka()
    publish(kafka, [{}])
    const { entryOf } = await import('#gateway/deliver/entry.ts')
    expect((await door(url).attempt(entryOf(kafka.log('out.unit')[0]!), 1)).kind).toBe(kind)
  })

  it('does not call a private address that is not allowed', async () => {
    let calls = 0
    const url = await serve((_request, response) => {
      calls += 1
      response.end()
    })
    const kafka = new FakeKafka()
    publish(kafka, [{}])
    const { entryOf } = await import('#gateway/deliver/entry.ts')
    expect(await door(url, []).attempt(entryOf(kafka.log('out.unit')[0]!), 1)).toMatchObject({
      kind: 'retry',
      code: 'HUB_DELIVER_ADDRESS',
    })
    expect(calls).toBe(0)
  })

  it('is shut by 410 until an operator opens it, and loses nothing meanwhile', async () => {
    let status = 410
    let calls = 0
    const url = await serve((_request, response) => {
      calls += 1
      response.writeHead(status).end()
    })
    const kafka = new FakeKafka()
    publish(kafka, [{ caseId: caseId(1) }])
    const about = { subscription: 'unit', system: 'unit', topics }
    // What the topic says comes round a moment later.
    let seen = false
    const run = start(kafka, door(url), {
      isShut: () => seen && kafka.table(topics.lanes).has('unit/door'),
      shut: code => shutRecord(about, code, now),
    })
    await vi.waitFor(() => expect(kafka.table(topics.lanes).has('unit/door')).toBe(true), soon)
    expect(run.status().state).toBe('shut')
    publish(kafka, [{ caseId: caseId(2) }])
    await new Promise(done => setTimeout(done, 200))
    expect(calls).toBe(1)
    status = 200
    seen = true
    await new Promise(done => setTimeout(done, 250))
    expect(calls).toBe(1)
    kafka.append({ topic: topics.lanes, key: 'unit/door', value: null })
    await vi.waitFor(() => expect(outcomes(kafka).filter(one => one.endsWith('delivered'))).toHaveLength(2), soon)
  })
})
