// The webhook door of a whole hub, heard by a receiver that knows nothing of the hub but the published standard.
import { expect, it, onTestFinished, vi } from 'vitest'
import { openKafka } from '#gateway/kafka/open.ts'
import type { Subscription } from '#schemas/files.ts'
import { settled, type TestHub, testHub } from '../../helpers/hub.ts'
import { type Heard, receiver, verifies } from '../../helpers/webhook-receiver.ts'
import { openLog, order, ring, soon } from './story.ts'

const oldSecret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
const newSecret = `whsec_${Buffer.alloc(24, 2).toString('base64')}`

/** @param more further webhooks: subscription id -> address */
function hooked(url: string, more: Readonly<Record<string, string>> = {}): Promise<TestHub> {
  const hook = (id: string, to: string): Subscription => ({
    id,
    system: 'labour-arbitration',
    purpose: 'COORDINATE',
    basis: 'test',
    door: { kind: 'webhook', url: to, secrets: [oldSecret, newSecret] },
  })
  return testHub({
    config: demo => ({
      ...demo,
      allowedNetworks: ['127.0.0.1/32'],
      subscriptions: [
        ...demo.subscriptions,
        hook('hook', url),
        ...Object.entries(more).map(([id, to]) => hook(id, to)),
      ],
    }),
  })
}

const sequences = (heard: readonly Heard[]) => heard.map(one => Number(JSON.parse(one.body).sequence))

it('posts CloudEvents that verify under both secrets while one takes over from the other', async () => {
  const { url, heard } = await receiver(() => ({ status: 204 }))
  const hub = await hooked(url)
  const log = await openLog(hub)
  await ring(hub, order(1))
  await log.done('hook', 4)
  await settled(() => heard.length, 800)
  const routed = await log.all('out.hook')
  expect(heard.map(one => one.id)).toEqual(routed.map(one => one.headers.hub_delivery))
  for (const one of heard) {
    expect([verifies(oldSecret, one), verifies(newSecret, one)]).toEqual([true, true])
    expect(verifies(newSecret, { ...one, body: `${one.body} ` })).toBe(false)
    expect(verifies(`whsec_${Buffer.alloc(24, 3).toString('base64')}`, one)).toBe(false)
    expect(one.headers['content-type']).toContain('application/cloudevents+json')
  }
  expect(JSON.parse(heard[0]!.body)).toMatchObject({
    specversion: '1.0',
    type: 'hub.case.CaseRegistered',
    source: '/systems/hotline-12345',
    subject: routed[0]!.headers.ce_subject,
    id: routed[0]!.headers.ce_id,
  })
  expect(sequences(heard)).toEqual(sequences(heard).toSorted((a, b) => a - b))
  expect(heard.map(one => one.body).join()).not.toContain('330199190001010010')
})

it('follows no redirect and calls no private address that is not named; both are tried again with the same id', async () => {
  const elsewhere = await receiver(() => ({ status: 204 }))
  const { url, heard } = await receiver(call => (call < 3 ? { status: 302, location: elsewhere.url } : { status: 204 }))
  const hidden = `http://127.0.0.2:${new URL(elsewhere.url).port}/hook`
  const hub = await hooked(url, { hidden })
  const log = await openLog(hub)
  await ring(hub, order(1))
  await log.done('hook', 1)
  await vi.waitFor(() => expect(heard.filter(one => one.status === 204).length).toBeGreaterThan(0), soon)
  expect(heard.slice(0, 3).map(one => one.id)).toEqual(Array(3).fill(heard[0]!.id))
  const refused = expect.objectContaining({ outcome: 'retry', code: 'HUB_DELIVER_ADDRESS' })
  await vi.waitFor(async () => expect(await log.attempts('hidden')).toContainEqual(refused), soon)
  expect(elsewhere.heard).toEqual([])
  // A machine under load may have parked it between the two.
  const tried = (await log.attempts('hook')).filter(one => one.outcome !== 'parked')
  expect(tried.slice(0, 2)).toMatchObject([
    { outcome: 'retry', code: 'HTTP_302' },
    { outcome: 'retry', code: 'HTTP_302' },
  ])
})

it('shuts the door after 410 until an operator opens it, over a restart too, and then delivers what came meanwhile', async () => {
  let gone = true
  const { url, heard } = await receiver(() => ({ status: gone ? 410 : 204 }))
  const hub = await hooked(url)
  const log = await openLog(hub)
  await ring(hub, order(1))
  await vi.waitFor(async () => expect([...(await log.table('lanes')).keys()]).toContain('hook/door'), soon)
  await ring(hub, order(2))
  await hub.restart()
  await ring(hub, order(3))
  await vi.waitFor(async () => expect((await log.all('out.hook')).length).toBeGreaterThanOrEqual(6), soon)
  await new Promise(done => setTimeout(done, 1000))
  expect(heard).toHaveLength(1)

  gone = false
  const kafka = openKafka({ brokers: [...hub.settings.brokers], clientId: 'operator' })
  onTestFinished(() => kafka.close())
  const producer = await kafka.producer()
  await producer.send([{ topic: `${hub.settings.prefix}lanes`, key: 'hook/door', partition: 0, value: null }])
  await log.done('hook', 6)
  const routed = (await log.all('out.hook')).map(one => one.headers.hub_delivery)
  const taken = heard.filter(one => one.status === 204).map(one => one.id)
  expect(taken.toSorted()).toEqual(routed.toSorted())
})
