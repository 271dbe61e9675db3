// Subscriptions made, changed and removed while a whole hub runs, heard by real receivers.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { receiver, verifies } from '../../helpers/webhook-receiver.ts'
import { openLog, order, ring, soon } from '../deliver/story.ts'
import { admin, created, hook, localHub } from './admin.ts'

const ok = () => ({ status: 204 })

it('delivers to a webhook from its creation on, and to its new address after a change', async () => {
  const hub = await localHub()
  const call = admin(() => hub.url)
  const log = await openLog(hub)
  await ring(hub, order(1))
  await log.done('mt-coordination', 3)
  const [first, second] = [await receiver(ok), await receiver(ok)]
  await created(call, hook('added', first.url))
  await ring(hub, order(2))
  await vi.waitFor(() => expect(first.heard.length).toBeGreaterThanOrEqual(3), soon)
  const routed = await log.all('out.added')
  expect(first.heard.map(one => one.id)).toEqual(
    routed.map(one => one.headers.hub_delivery).slice(0, first.heard.length),
  )

  const changed = await call('PUT', '/added', hook('added', second.url))
  expect(changed).toMatchObject({ status: 200, body: { door: { url: second.url }, from: 'registry', by: 'operator' } })
  await ring(hub, order(3))
  await vi.waitFor(() => expect(second.heard.length).toBeGreaterThanOrEqual(3), soon)
  const tried = await log.done('added', 6)
  expect(tried.filter(one => one.outcome === 'delivered').length).toBe(first.heard.length + second.heard.length)
})

it('signs with the old secret, then with both, then with the new one alone; none of them lies in Kafka in clear', async () => {
  const hub = await localHub()
  const call = admin(() => hub.url)
  const log = await openLog(hub)
  const { url, heard } = await receiver(ok)
  const old = await created(call, hook('rotating', url))
  const next = async (n: number) => {
    const before = heard.length
    await ring(hub, order(n))
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(before), soon)
    await log.done('rotating', 1)
    return heard.at(-1)!
  }
  const given = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const alone = await next(1)
  const rotated = await call('POST', '/rotating/rotate-secret', { secret: given })
  expect(rotated.body.secret).toBeUndefined()
  const both = await next(2)
  const again = await call('POST', '/rotating/rotate-secret')
  const newest = String(again.body.secret)
  const last = await next(3)
  expect([old, given, newest].map(one => [alone, both, last].map(call => verifies(one, call)))).toEqual([
    [true, true, false],
    [false, true, true],
    [false, false, true],
  ])

  const shown = await call('GET', '/rotating')
  expect(shown.body.door).toEqual({
    kind: 'webhook',
    url,
    secrets: [{ since: expect.any(String) }, { since: expect.any(String) }],
  })
  const written = (await log.all('registry')).map(one => `${one.key}=${one.value}`).join()
  const said =
    JSON.stringify([shown, await call('GET')]) + written + readFileSync(join(hub.settings.dataDir, 'hub.log'))
  for (const secret of [old, given, newest]) expect(said).not.toContain(secret.slice('whsec_'.length))
  expect(written).toContain('subscription:rotating=')
})

it('lets a removed one go while its receiver hangs, and disturbs nobody else; the same name is free again', async () => {
  const hub = await localHub()
  const call = admin(() => hub.url)
  const log = await openLog(hub)
  let hangs = true
  const stuck = await receiver(() => (hangs ? 'hang' : { status: 204 }))
  const other = await receiver(ok)
  await created(call, hook('stuck', stuck.url))
  await created(call, hook('other', other.url))
  const flow = (async () => {
    for (let n = 1; n <= 12; n += 1) await ring(hub, order(n))
  })()
  await vi.waitFor(() => expect(stuck.hanging.length).toBeGreaterThan(2), soon)
  await vi.waitFor(async () => expect([...(await log.table('parking')).keys()].join()).toContain('stuck/'), soon)
  expect(await call('DELETE', '/stuck')).toMatchObject({ status: 200, body: { id: 'stuck', removed: true } })
  await flow
  await log.done('other', 36)
  await vi.waitFor(async () => {
    const left = [...(await log.table('parking')).keys(), ...(await log.table('lanes')).keys()]
    expect(left.filter(key => key.startsWith('stuck/'))).toEqual([])
  }, soon)
  const ready = (await (await fetch(`${hub.url}/health/ready`)).json()) as { stages: { stage: string }[] }
  expect(ready.stages.map(one => one.stage)).not.toContain('deliver.stuck')
  const said = readFileSync(join(hub.settings.dataDir, 'hub.log'), 'utf8').split('\n')
  const told = said.filter(line => line.includes('subscription.removed')).map(line => JSON.parse(line))
  expect(told).toEqual([expect.objectContaining({ subscription: 'stuck', unread: expect.any(Number) })])
  expect(told[0].parked).toBeGreaterThan(0)

  hangs = false
  const before = (await log.all('out.stuck')).length
  await created(call, hook('stuck', stuck.url))
  await ring(hub, order(20))
  await vi.waitFor(() => expect(stuck.heard.length).toBeGreaterThanOrEqual(3), soon)
  const since = (await log.all('out.stuck')).slice(before).map(one => one.headers.hub_delivery)
  expect(stuck.heard.map(one => one.id)).toEqual(since.slice(0, stuck.heard.length))
  expect(other.heard.length).toBe(new Set(other.heard.map(one => one.id)).size)
})

it('opens a door that a 410 shut', async () => {
  const hub = await localHub()
  const call = admin(() => hub.url)
  let gone = true
  const { url, heard } = await receiver(() => ({ status: gone ? 410 : 204 }))
  await created(call, hook('shut', url))
  await ring(hub, order(1))
  await vi.waitFor(async () => expect((await call('GET', '/shut')).body.shut).toBe(true), soon)
  gone = false
  expect((await call('POST', '/shut/open')).body.shut).toBeUndefined()
  await vi.waitFor(() => expect(heard.filter(one => one.status === 204).length).toBeGreaterThanOrEqual(3), soon)
})
