// convoy #1833, #1926, #660: endless retries that left no attempt behind; one bad endpoint clogged the queue of all; an event for
// which no delivery had been made could not be replayed.
import { expect, it, vi } from 'vitest'
import { type Heard, receiver } from '../helpers/webhook-receiver.ts'
import { openLog, order, ring, soon, type Tried } from '../integration/deliver/story.ts'
import { admin, created, hook, localHub } from '../integration/subscriptions/admin.ts'

it('records every single attempt, in order, whatever came of it', async () => {
  const hub = await localHub()
  const log = await openLog(hub)
  const { url, heard } = await receiver(call => ({ status: call <= 3 ? 500 : 204 }))
  await created(
    admin(() => hub.url),
    hook('failing', url, { retry: { firstWaitMs: 100, maxWaitMs: 200 } }),
  )
  await ring(hub, order(1))
  await log.done('failing', 3)
  const tried = (await log.attempts('failing')) as (Tried & { attempt: number })[]
  const calls = tried.filter(one => one.outcome !== 'parked')
  expect(calls.map(one => [one.deliveryId, one.code ?? one.outcome])).toEqual(
    heard.map(one => [one.id, one.status === 204 ? 'delivered' : `HTTP_${one.status}`]),
  )
  for (const [id, of] of Map.groupBy(calls, one => one.deliveryId))
    expect([id, of.map(one => one.attempt)]).toEqual([id, of.map((_, i) => i + 1)])
})

it('lets an endpoint that never answers hold up nobody but itself', async () => {
  const hub = await localHub()
  const call = admin(() => hub.url)
  const log = await openLog(hub)
  const bad = await receiver(() => 'hang')
  const good = await receiver(() => ({ status: 204 }))
  await created(call, hook('bad', bad.url))
  await created(call, hook('good', good.url))
  for (let n = 1; n <= 10; n += 1) await ring(hub, order(n))
  await log.done('good', 30)
  const ended = (await log.attempts('bad')).filter(one => !['retry', 'unknown', 'parked'].includes(one.outcome))
  expect(ended).toEqual([])
  expect(bad.hanging.length).toBeGreaterThan(0)
})

it('replays from the log to one subscriber: what it had under new ids, and what it never had, in the original order', async () => {
  const hub = await localHub()
  const call = admin(() => hub.url)
  const log = await openLog(hub)
  const [late, other] = [await receiver(() => ({ status: 204 })), await receiver(() => ({ status: 204 }))]
  await created(call, hook('other', other.url))
  await ring(hub, order(1))
  await log.done('other', 3)
  await created(call, hook('late', late.url))
  await ring(hub, order(2))
  await log.done('late', 3)
  const before = late.heard.length
  const othersBefore = other.heard.length

  const from = new Date(0).toISOString()
  const asked = { from, reason: 'the receiver lost its disk' }
  const dry = await call('POST', '/late/replay', { ...asked, dryRun: true })
  const events = await log.all('out.other')
  expect(dry).toMatchObject({ status: 200, body: { events: events.length, cases: 2 } })
  const { status, body } = await call('POST', '/late/replay', asked)
  expect([status, body.events]).toEqual([202, events.length])
  await vi.waitFor(() => expect(late.heard.length).toBe(before + events.length), soon)

  const again = late.heard.slice(before)
  const seen = (one: Heard) => JSON.parse(one.body) as Record<string, string>
  const told = (list: readonly Heard[]) =>
    list.map(seen).map(one => [one.subject, one.id, one.sequence, one.proceedingversion])
  expect(byCase(told(again))).toEqual(byCase(told(other.heard)))
  const known = late.heard.slice(0, before)
  for (const one of again) {
    const first = known.find(call => seen(call).id === seen(one).id)
    expect(known.map(call => call.id)).not.toContain(one.id)
    if (first) expect(seen(one).replayof).toBe(first.id)
    else expect(seen(one).replayof).toBeDefined()
  }
  expect(again.filter(one => known.some(call => call.id === seen(one).replayof)).length).toBe(before)
  expect(other.heard).toHaveLength(othersBefore)

  // The same replay once more, because its answer was lost: the receiver knows every one of them.
  await call('POST', '/late/replay', { ...asked, replay: body.replay })
  await vi.waitFor(() => expect(late.heard.length).toBe(before + 2 * events.length), soon)
  expect(new Set(late.heard.map(one => one.id)).size).toBe(before + events.length)
})

const byCase = (rows: readonly unknown[][]) => Object.groupBy(rows, ([subject]) => String(subject))
