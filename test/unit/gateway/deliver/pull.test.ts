import Fastify from 'fastify'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createCursors } from '#gateway/deliver/cursor.ts'
import { followMarks } from '#gateway/deliver/marks.ts'
import { readPage } from '#gateway/deliver/page.ts'
import { pullRoutes } from '#gateway/deliver/pull.ts'
import { createViewer } from '#gateway/deliver/visible.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { Subscription } from '#schemas/files.ts'
import { caseCodec, caseRecordSchema, sealedPartSchema } from '../../../helpers/records.ts'
import { subscription, table } from '../route/sketch.ts'
import { FakeKafka } from './fake-kafka.ts'
import { caseId, publish } from './rig.ts'

const pulling = (id: string): Subscription => subscription(id, 'COORDINATE', { system: 'unit', door: { kind: 'pull' } })

async function app(kafka: FakeKafka, key = Buffer.alloc(32, 1)) {
  const reader = kafka.reader()
  const marks = await followMarks({ reader, topic: 'lanes', log: { warn: () => undefined } })
  const fastify = Fastify()
  fastify.setErrorHandler((error, _request, reply) =>
    isHubError(error) ? reply.code(error.entry.status).send({ code: error.code }) : reply.code(500).send({}),
  )
  const known = new Map([pulling('unit'), pulling('other'), subscription('native', 'STATS')].map(one => [one.id, one]))
  const routes = pullRoutes({
    subscription: id => known.get(id),
    begin: () => null,
    authenticate: (request, systemId) => {
      if (request.headers['x-system'] !== (systemId ?? 'unit')) throw new HubError('HUB_SECURITY_FORBIDDEN')
    },
    reader,
    producer: {
      send: async records => records.map(one => kafka.append(one)),
      close: async () => undefined,
    },
    marks,
    cursors: createCursors(key),
    topics: { out: id => `out.${id}`, lanes: 'lanes' },
    shards: 1,
    decode: bytes => caseCodec.decode(bytes),
    openPersonal: async () => null,
    viewer: createViewer({ open: caseRecordSchema, sealed: sealedPartSchema }, table, () => new Date()),
    now: () => new Date(),
  })
  await routes(fastify)
  onTestFinished(async () => {
    marks.stop()
    await fastify.close()
  })
  const get = async (query: Record<string, string> = {}, id = 'unit', system = 'unit') => {
    const answer = await fastify.inject({ url: `/subscriptions/${id}/events`, query, headers: { 'x-system': system } })
    return { status: answer.statusCode, ...answer.json() }
  }
  const ack = async (cursor: unknown, id = 'unit') => {
    const url = `/subscriptions/${id}/ack`
    const answer = await fastify.inject({ method: 'POST', url, payload: { cursor }, headers: { 'x-system': 'unit' } })
    return { status: answer.statusCode, ...answer.json() }
  }
  return { get, ack }
}

function filled(count: number): FakeKafka {
  const kafka = new FakeKafka()
  publish(
    kafka,
    Array.from({ length: count }, (_, i) => ({ caseId: caseId(1), sequence: i + 1 })),
  )
  return kafka
}

const sequences = (page: { events: { sequence: string }[] }) => page.events.map(one => Number(one.sequence))

describe('the pull door', () => {
  it('walks the log by pages and says when it is level', async () => {
    const { get } = await app(filled(5))
    const first = await get({ limit: '2' })
    expect(first).toMatchObject({ status: 200, more: true })
    const second = await get({ limit: '2', cursor: first.next })
    const third = await get({ limit: '2', cursor: second.next })
    expect([first, second, third].map(sequences)).toEqual([[1, 2], [3, 4], [5]])
    expect(third.more).toBe(false)
    expect(await get({ cursor: third.next })).toMatchObject({ events: [], more: false })
  })

  it('gives the same events for the same cursor; the last page may have grown', async () => {
    const kafka = filled(3)
    const { get } = await app(kafka)
    const first = await get({ limit: '2' })
    const before = await get({ cursor: first.next })
    publish(kafka, [{ caseId: caseId(1), sequence: 4 }])
    const after = await get({ cursor: first.next })
    expect(sequences(before)).toEqual([3])
    expect(sequences(after)).toEqual([3, 4])
    expect(after.events[0]).toEqual(before.events[0])
  })

  it('says no more when a page ends exactly at the end', async () => {
    const { get } = await app(filled(60))
    expect(await get({ limit: '60' })).toMatchObject({ more: false })
    expect(sequences(await get({ limit: '60' }))).toHaveLength(60)
  })

  it('ends a page that grows too heavy, whatever the limit, and loses nothing', async () => {
    const kafka = filled(120)
    const heavy = kafka.log('out.unit').map(one => ({ ...one, value: Buffer.alloc(100_000) }))
    kafka.topics.set('out.unit', heavy)
    const options = { topic: 'out.unit', partitions: 1, limit: 1000, waitMs: 0, now: Date.now }
    const first = await readPage(kafka.reader(), null, options)
    expect(first.records).toHaveLength(50)
    expect(first.more).toBe(true)
    const second = await readPage(kafka.reader(), first.next, options)
    expect(second.records[0]!.offset).toBe(50n)
  })

  it('gives CloudEvents of the visible record', async () => {
    const { get } = await app(filled(1))
    const { events } = await get()
    expect(events[0]).toMatchObject({ specversion: '1.0', type: 'hub.case.CaseRegistered', data: { personal: {} } })
    expect(events[0].data).not.toHaveProperty('sealed')
  })

  it('starts at the stored position when no cursor is given, also in another process', async () => {
    const kafka = filled(3)
    const one = await app(kafka)
    const first = await one.get({ limit: '2' })
    expect(await one.ack(first.next)).toMatchObject({ status: 200, cursor: first.next })
    const other = await app(kafka)
    expect(sequences(await one.get())).toEqual([3])
    expect(sequences(await other.get())).toEqual([3])
    expect(sequences(await other.get({ cursor: 'start' }))).toEqual([1, 2, 3])
  })

  it('waits for an event when there is none yet', async () => {
    const kafka = filled(0)
    const { get } = await app(kafka)
    const waiting = get({ wait: '5' })
    setTimeout(() => publish(kafka, [{ caseId: caseId(1), sequence: 1 }]), 50)
    expect(sequences(await waiting)).toEqual([1])
  })

  it.each([
    ['a forged one', async () => Buffer.alloc(40).toString('base64url')],
    ['one of another subscription', async (kafka: FakeKafka) => (await (await app(kafka)).get({}, 'other')).next],
    [
      'one signed with another key',
      async (kafka: FakeKafka) => (await (await app(kafka, Buffer.alloc(32, 9))).get()).next,
    ],
    ['nonsense', async () => '%%%'],
  ])('answers 410 with a restart to a foreign cursor: %s', async (_name, make) => {
    const kafka = filled(1)
    kafka.log('out.other')
    const cursor = await make(kafka)
    const { get, ack } = await app(kafka)
    expect(await get({ cursor })).toMatchObject({
      status: 410,
      code: 'HUB_CURSOR_FOREIGN',
      restart: { cursor: 'start', path: '/subscriptions/unit/events?cursor=start' },
    })
    expect(await ack(cursor)).toMatchObject({ status: 410 })
  })

  it('answers 410 with a restart to a cursor older than what is kept', async () => {
    const kafka = filled(3)
    const { get } = await app(kafka)
    const { next } = await get({ limit: '1' })
    kafka.logStart = 2n
    expect(await get({ cursor: next })).toMatchObject({ status: 410, code: 'HUB_CURSOR_EXPIRED', restart: {} })
  })

  it.each([[{ limit: '0' }], [{ limit: '1001' }], [{ limit: 'x' }], [{ wait: '31' }]])('refuses %j', async query => {
    const { get } = await app(filled(1))
    expect(await get(query)).toMatchObject({ status: 400, code: 'HUB_PULL_QUERY' })
  })

  it('is closed to other systems and to subscriptions with another door', async () => {
    const { get, ack } = await app(filled(1))
    expect(await get({}, 'unit', 'stranger')).toMatchObject({ status: 403, code: 'HUB_SECURITY_FORBIDDEN' })
    expect(await get({}, 'nothing', 'stranger')).toMatchObject({ status: 403 })
    expect(await get({}, 'native')).toMatchObject({ status: 404, code: 'HUB_PULL_NO_SUBSCRIPTION' })
    expect(await get({}, 'nothing')).toMatchObject({ status: 404 })
    expect(await ack(7)).toMatchObject({ status: 400 })
  })
})
