// svix #1844, #1511: after a restart of the broker the application had to be restarted as well; an endpoint that was deleted while
// deliveries to it were under way jammed the worker for everybody.
import { expect, it, vi } from 'vitest'
import { ownBroker } from '../helpers/broker.ts'
import { testHub } from '../helpers/hub.ts'
import { receiver } from '../helpers/webhook-receiver.ts'
import { openLog, order, ring, soon } from '../integration/deliver/story.ts'
import { admin, created, hook } from '../integration/subscriptions/admin.ts'

it('goes on by itself after a broker restart, and jams nobody when an endpoint is deleted with deliveries under way', async () => {
  const broker = await ownBroker()
  const local = { allowedNetworks: ['127.0.0.1/32'] }
  const hub = await testHub({ brokers: broker.brokers, config: demo => ({ ...demo, ...local }) })
  const call = admin(() => hub.url)
  const log = await openLog(hub)
  const stuck = await receiver(() => 'hang')
  const other = await receiver(() => ({ status: 204 }))
  await created(call, hook('stuck', stuck.url))
  await created(call, hook('other', other.url))
  for (let n = 1; n <= 4; n += 1) await ring(hub, order(n))
  await vi.waitFor(() => expect(stuck.hanging.length).toBeGreaterThan(0), soon)
  await log.done('other', 4)

  broker.current.kill()
  await broker.restart()
  // Whoever rings while Kafka comes back may hear 503, and rings again.
  await vi.waitFor(() => ring(hub, order(5)), { timeout: 60_000, interval: 500 })
  await vi.waitFor(async () => expect((await call('DELETE', '/stuck')).status).toBe(200), soon)
  for (let n = 6; n <= 9; n += 1) await ring(hub, order(n))
  await vi.waitFor(async () => expect((await log.all('out.other')).length).toBeGreaterThanOrEqual(27), soon)
  await log.done('other', 27)
  const routed = (await log.all('out.other')).map(one => one.headers.hub_delivery!)
  expect(new Set(other.heard.map(one => one.id))).toEqual(new Set(routed))
  await vi.waitFor(async () => {
    const ready = (await (await fetch(`${hub.url}/health/ready`)).json()) as { stages: Record<string, string>[] }
    expect(ready.stages.filter(one => one.state !== 'running')).toEqual([])
    expect(ready.stages.map(one => one.stage)).not.toContain('deliver.stuck')
  }, soon)
})
