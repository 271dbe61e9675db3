// The pull door of a whole hub: pages by cursor, a stored position over a restart, and no more shown than the purpose allows.
import { expect, it, vi } from 'vitest'
import { irsHeaders } from '#connectors/sdk.ts'
import { demoCredentials } from '#gateway/loader/demo-credentials.ts'
import type { Purpose, Subscription } from '#schemas/files.ts'
import { settled, type TestHub, testHub } from '../../helpers/hub.ts'
import { openLog, order, ring, soon } from './story.ts'

const owner = 'labour-arbitration'

const pulls = (id: string, purpose: Purpose): Subscription => ({
  id,
  system: owner,
  purpose,
  basis: 'test',
  door: { kind: 'pull' },
})

function pullable(): Promise<TestHub> {
  const more = [pulls('numbers', 'STATS'), pulls('overview', 'COORDINATE'), pulls('other', 'COORDINATE')]
  return testHub({ config: demo => ({ ...demo, subscriptions: [...demo.subscriptions, ...more] }) })
}

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
type Answer = any

async function call(hub: TestHub, path: string, query: Record<string, string> = {}, body?: object, as = owner) {
  const method = body ? 'POST' : 'GET'
  const { accessKey = '', secret = '' } = demoCredentials(as).inbound
  const headers = irsHeaders({ accessKey, secret }, { method, path, query }, new Date())
  const answer = await fetch(`${hub.url}${path}?${new URLSearchParams(query)}`, {
    method,
    headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: answer.status, ...((await answer.json()) as Answer) }
}

const page = (hub: TestHub, query: Record<string, string> = {}, id = 'overview'): Promise<Answer> =>
  call(hub, `/subscriptions/${id}/events`, query)
const ack = (hub: TestHub, cursor: string, id = 'overview'): Promise<Answer> =>
  call(hub, `/subscriptions/${id}/ack`, {}, { cursor })
const ids = ({ events }: Answer): string[] => events.map((one: Answer) => one.id)

async function filled(orders: number): Promise<{ hub: TestHub; routed: string[] }> {
  const hub = await pullable()
  const log = await openLog(hub)
  for (let n = 1; n <= orders; n += 1) await ring(hub, order(n))
  const count = async () => (await log.all('out.overview')).length
  await vi.waitFor(async () => expect(await count()).toBeGreaterThanOrEqual(orders * 4), soon)
  await settled(count, 1500)
  return { hub, routed: (await log.all('out.overview')).map(one => one.headers.ce_id!) }
}

it('walks all events by pages, the same for the same cursor, and goes on where it was told, over a restart', async () => {
  const { hub, routed } = await filled(2)
  const seen: string[] = []
  const cursors: string[] = []
  for (let cursor: string | undefined; ; cursor = cursors.at(-1)) {
    const query = { limit: '3', ...(cursor ? { cursor } : {}) }
    const one = await page(hub, query)
    expect(ids(await page(hub, query))).toEqual(ids(one))
    seen.push(...ids(one))
    cursors.push(one.next)
    if (!one.more) break
  }
  expect(seen).toEqual(routed)
  expect(cursors.length).toBeGreaterThan(2)

  expect(ids(await page(hub, { limit: '3' }))).toEqual(routed.slice(0, 3))
  expect(await ack(hub, cursors[0]!)).toMatchObject({ status: 200, cursor: cursors[0] })
  expect(ids(await page(hub, { limit: '3' }))).toEqual(routed.slice(3, 6))
  await hub.restart()
  expect(ids(await page(hub, { limit: '3' }))).toEqual(routed.slice(3, 6))
  expect(ids(await page(hub, { limit: '3', cursor: cursors[1]! }))).toEqual(routed.slice(6, 9))
  expect(ids(await page(hub, { limit: '3', cursor: 'start' }))).toEqual(routed.slice(0, 3))

  // A long wait at the end holds up no other reader, and ends with the event.
  const waiting = page(hub, { cursor: cursors.at(-1)!, wait: '20' })
  const began = performance.now()
  expect((await page(hub, { limit: '1' })).events).toHaveLength(1)
  expect(performance.now() - began).toBeLessThan(10_000)
  await ring(hub, order(3))
  expect((await waiting).events[0]).toMatchObject({ type: 'hub.case.CaseRegistered' })
})

it('answers 410 to a foreign cursor, and nothing to whom it is not for', async () => {
  const hub = await pullable()
  const { next } = await page(hub, {}, 'other')
  const restart = { cursor: 'start', path: '/subscriptions/overview/events?cursor=start' }
  const gone = { status: 410, code: 'HUB_CURSOR_FOREIGN', restart }
  expect(await page(hub, { cursor: next })).toMatchObject(gone)
  expect(await ack(hub, next)).toMatchObject(gone)
  expect(await page(hub, { cursor: 'AAAA' })).toMatchObject(gone)
  const path = '/subscriptions/overview/events'
  expect(await call(hub, path, {}, undefined, 'mt-coordination')).toMatchObject({ status: 403 })
  expect((await fetch(hub.url + path)).status).toBe(401)
  expect((await fetch(`${hub.url}/subscriptions/unknown/events`)).status).toBe(401)
  expect(await page(hub, {}, 'unknown')).toMatchObject({ status: 404, code: 'HUB_PULL_NO_SUBSCRIPTION' })
  expect(await page(hub, {}, owner)).toMatchObject({ status: 404, code: 'HUB_PULL_NO_SUBSCRIPTION' })
})

it('shows statistics no personal field, and the coordination of cases the identity numbers masked', async () => {
  const { hub } = await filled(1)
  const numbers = await page(hub, {}, 'numbers')
  const overview = await page(hub)
  expect(ids(numbers)).toEqual(ids(overview))
  const said = ['虚甲一', '330199190001010010', '0571-00000001', '工地欠薪', '第1件', '1990']
  expect(said.filter(one => JSON.stringify(numbers).includes(one))).toEqual([])
  expect(numbers.events[0].data).toMatchObject({ personal: {}, proceeding: { kind: 'HOTLINE', status: 'DISPATCHED' } })
  const [first] = overview.events
  expect(first.data.parties[0]).toMatchObject({ name: '虚甲一', certNo: '330199********0010' })
  expect(first.data.personal.title).toBe('工地欠薪')
  expect(JSON.stringify(overview)).not.toContain('330199190001010010')
  expect(JSON.stringify(overview)).not.toMatch(/"birthDate"|"blindIndex"|"sealed"/)
})
