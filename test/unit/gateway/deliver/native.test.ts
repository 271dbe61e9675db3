import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Adapter, OutboundCall } from '#connectors/sdk.ts'
import { answerRecord } from '#gateway/deliver/answer.ts'
import { type Entry, entryOf } from '#gateway/deliver/entry.ts'
import { nativeDoor } from '#gateway/deliver/native.ts'
import { createViewer } from '#gateway/deliver/visible.ts'
import type { Connector } from '#gateway/loader/connector.ts'
import { openBytes } from '#gateway/security/sealing.ts'
import { createHttpPush } from '#gateway/transports/http-push.ts'
import type { OutboundRule } from '#schemas/files.ts'
import { caseCodec, caseRecordSchema, machine, sealedPartSchema } from '../../../helpers/records.ts'
import { assignment, type EventSketch, proceeding, subscription, system, table } from '../route/sketch.ts'
import { FakeKafka } from './fake-kafka.ts'
import { publish, serve, toyConnector } from './rig.ts'

const now = new Date('2026-03-02T08:00:00Z')

function entry(sketch: EventSketch = {}): Entry {
  const kafka = new FakeKafka()
  publish(kafka, [sketch])
  return entryOf(kafka.log('out.unit')[0]!)
}

interface Rig {
  readonly url?: string
  readonly adapter?: Adapter
  readonly outbound?: readonly OutboundRule[]
  readonly repeats?: 'ignored' | 'conflict' | 'duplicates'
  readonly map?: (input: never) => unknown
  /** The connector with what is in force, from the one at the start. */
  readonly swap?: (connector: Connector) => Connector
}

function door({ url, adapter = {}, outbound = [{ message: 'say', when: {} }], repeats = 'conflict', map, swap }: Rig) {
  const push = createHttpPush()
  onTestFinished(() => push.close())
  const connector = toyConnector(
    adapter,
    {
      outbound,
      transport: { inbound: ['http-push'], outbound: ['http-push'], schemes: [], repeats, path: '/take' },
    },
    map,
  )
  return nativeDoor({
    subscription: subscription('unit', 'COORDINATE'),
    system: {
      ...system('unit', { serves: ['UNIT'], outbound: { credentials: { token: 't' } } }),
      ...(url ? { url } : {}),
    },
    connector,
    inForce: () => swap?.(connector) ?? connector,
    machine,
    decode: bytes => caseCodec.decode(bytes),
    openPersonal: async () => null,
    viewer: createViewer({ open: caseRecordSchema, sealed: sealedPartSchema }, table, () => now),
    push,
    now: () => now,
  })
}

async function answering(status: number, body = '', headers: Record<string, string> = {}) {
  const seen: { path: string; body: string }[] = []
  const url = await serve((request, response) => {
    seen.push(request)
    response.writeHead(status, headers).end(body)
  })
  return { url, seen }
}

describe('the native door', () => {
  it('maps the event with what the receiver has in the case', async () => {
    const { url, seen } = await answering(200)
    const one = entry({ proceedings: [proceeding('sender'), proceeding('unit')], assignments: [assignment()] })
    const inputs: Record<string, never>[] = []
    const map = (input: never) => {
      inputs.push(input)
      return { hello: 1 }
    }
    const said = door({ url, map })
    expect(await said.attempt(one, 1)).toEqual({ kind: 'delivered' })
    expect(seen).toMatchObject([{ path: '/take', body: '{"hello":1}' }])
    expect(inputs[0]).toMatchObject({
      receiver: { system: 'unit', proceedingId: 'p-unit', numbers: [{ value: 'NO-unit' }] },
      origin: { numbers: [{ value: 'NO-sender' }] },
      handover: { assignmentId: 's1' },
      deliveryId: one.deliveryId,
      eventId: one.eventId,
      now: now.getTime(),
    })
    expect(inputs[0]!.record).not.toHaveProperty('sealed')
  })

  it('says each attempt by the mapping in force then, and tries again later while that cannot be used here', async () => {
    const { url, seen } = await answering(200)
    let version = 1
    const swap = (connector: Connector): Connector => {
      const say = connector.outbound.get('say')!
      const map = () => [{ name: 'main', record: { version } }]
      const compiled = { ...say.compiled, map } as unknown as typeof say.compiled
      const unusable = version === 3 ? { unusable: version } : {}
      return { ...connector, outbound: new Map([['say', { ...say, compiled, ...unusable }]]) }
    }
    const said = door({ url, swap })
    await said.attempt(entry(), 1)
    version = 2
    await said.attempt(entry(), 1)
    expect(seen.map(one => one.body)).toEqual(['{"version":1}', '{"version":2}'])
    version = 3
    expect(await said.attempt(entry(), 1)).toEqual({ kind: 'retry', code: 'HUB_MAPPING_UNUSABLE' })
    expect(seen).toHaveLength(2)
  })

  it('skips an event that no outbound rule says', async () => {
    const rules: OutboundRule[] = [{ message: 'say', when: { known: true } }]
    expect(await door({ url: 'http://127.0.0.1:1', outbound: rules }).attempt(entry(), 1)).toEqual({
      kind: 'skipped',
      code: 'NO_OUTBOUND_RULE',
    })
  })

  it.each([
    [200, 'delivered'],
    [409, 'conflict'],
    [400, 'refused'],
    [503, 'retry'],
    [429, 'retry'],
    [302, 'retry'],
  ])('reads HTTP %i as %s where the connector does not say otherwise', async (status, kind) => {
    const { url } = await answering(status)
    expect((await door({ url }).attempt(entry(), 1)).kind).toBe(kind)
  })

  it('obeys Retry-After', async () => {
    const { url } = await answering(503, '', { 'retry-after': '7' })
    expect(await door({ url }).attempt(entry(), 1)).toEqual({ kind: 'retry', code: 'HTTP_503', retryAfterMs: 7000 })
  })

  it('says unreached when nobody listens, unknown when the connection is cut', async () => {
    expect(await door({ url: 'http://127.0.0.1:1' }).attempt(entry(), 1)).toMatchObject({
      kind: 'retry',
      unreached: true,
    })
    const url = await serve((_request, response) => void response.destroy())
    expect(await door({ url }).attempt(entry(), 1)).toEqual({ kind: 'unknown', code: 'HUB_DELIVER_CUT' })
  })

  it('says broken when the connector cannot build the request, unknown when it cannot read the answer', async () => {
    const { url, seen } = await answering(200)
    const failing = () => {
      throw new Error('bug')
    }
    expect(await door({ url, adapter: { request: failing } }).attempt(entry(), 1)).toEqual({
      kind: 'broken',
      code: 'HUB_DELIVER_BROKEN',
    })
    expect(seen).toHaveLength(0)
    expect(await door({ url, adapter: { outcome: failing } }).attempt(entry(), 1)).toEqual({
      kind: 'unknown',
      code: 'HUB_DELIVER_ANSWER',
    })
  })

  it('says broken when route left no decision: nothing may be shown', async () => {
    const { url, seen } = await answering(200)
    const one = entry()
    const bare = { ...one, headers: { ...one.headers, hub_decision: '' } }
    expect(await door({ url }).attempt(bare, 1)).toEqual({ kind: 'broken', code: 'HUB_DELIVER_BROKEN' })
    expect(seen).toHaveLength(0)
  })

  describe('in doubt', () => {
    const lookUp = (found: ReturnType<NonNullable<Adapter['lookUp']>['outcome']>): Adapter => ({
      lookUp: {
        request: (call: OutboundCall) => ({
          method: 'GET',
          path: '/ask',
          query: { id: call.deliveryId },
          headers: {},
          body: Buffer.alloc(0),
        }),
        outcome: () => found,
      },
    })
    const doubtful = () => ({ ...entry(), doubtful: true })

    it('looks up, and does not send what the receiver already holds', async () => {
      const { url, seen } = await answering(200)
      const result = await door({ url, adapter: lookUp({ kind: 'delivered', answer: { no: 'X' } }) }).attempt(
        doubtful(),
        2,
      )
      expect(result).toEqual({ kind: 'delivered', answer: { tree: { no: 'X' } } })
      expect(seen.map(one => one.path.split('?')[0])).toEqual(['/ask'])
    })

    it('sends what the receiver does not hold', async () => {
      const { url, seen } = await answering(200)
      await door({ url, adapter: lookUp(undefined) }).attempt(doubtful(), 2)
      expect(seen.map(one => one.path.split('?')[0])).toEqual(['/ask', '/take'])
    })

    it('sends nothing while the question itself fails', async () => {
      const seen: string[] = []
      const url = await serve((request, response) => {
        seen.push(request.path.split('?')[0]!)
        response.destroy()
      })
      expect(await door({ url, adapter: lookUp(undefined) }).attempt(doubtful(), 2)).toEqual({
        kind: 'retry',
        code: 'HUB_DELIVER_CUT',
      })
      expect(seen).toEqual(['/ask'])
    })

    it('just sends again to a receiver that ignores repeats', async () => {
      const { url, seen } = await answering(200)
      await door({ url, adapter: lookUp({ kind: 'delivered' }), repeats: 'ignored' }).attempt(doubtful(), 2)
      expect(seen.map(one => one.path)).toEqual(['/take'])
    })
  })

  describe('with a log-in', () => {
    const login: Adapter = {
      login: {
        request: () => ({ method: 'POST', path: '/login', headers: {}, body: Buffer.alloc(0) }),
        token: answer => (answer.status === 200 ? { value: answer.body.toString(), livesMs: 60_000 } : undefined),
      },
      request: call => ({ method: 'POST', path: `/take/${call.token}`, headers: {}, body: Buffer.alloc(0) }),
    }

    it('asks once for all calls, and anew after a call failed', async () => {
      const paths: string[] = []
      let tokens = 0
      let status = 200
      const url = await serve((request, response) => {
        paths.push(request.path)
        if (request.path === '/login') return void response.end(`t${++tokens}`)
        response.writeHead(status).end()
      })
      const one = door({ url, adapter: login })
      await Promise.all([one.attempt(entry(), 1), one.attempt(entry(), 1)])
      expect(paths).toEqual(['/login', '/take/t1', '/take/t1'])
      status = 503
      await one.attempt(entry(), 1)
      status = 200
      await one.attempt(entry(), 1)
      expect(paths.slice(3)).toEqual(['/take/t1', '/login', '/take/t2'])
    })

    it('says retry when it gets no token: nothing was sent', async () => {
      const { url } = await answering(401)
      expect(await door({ url, adapter: login }).attempt(entry(), 1)).toEqual({
        kind: 'retry',
        code: 'HUB_DELIVER_LOGIN',
      })
    })
  })
})

describe('an answer', () => {
  const key = { id: 'day:2026-03-02', key: Buffer.alloc(32, 7) }
  const toy = toyConnector()
  const deps = {
    system: system('unit'),
    connector: toy,
    inForce: () => toy,
    topic: 'in.unit',
    intakeKey: vi.fn(() => key),
    messageNamespace: '6f1d3a52-9a0b-5c5e-8e0f-2b7c4d9e1a63',
  }

  it('goes in sealed under the day it came, names its case and delivery, and is keyed by its own number', () => {
    const one = entry()
    const late = new Date('2026-03-02T17:00:00Z')
    const record = answerRecord(deps, one, { no: '一' }, late)!
    expect(deps.intakeKey).toHaveBeenLastCalledWith('2026-03-03')
    expect(record).toMatchObject({
      topic: 'in.unit',
      key: 'number-key',
      headers: {
        ce_source: '/systems/unit',
        ce_type: 'hub.in.answer',
        ce_time: late.toISOString(),
        hub_message: 'answer',
        hub_idem: 'content',
        hub_case: one.caseId,
        hub_delivery: one.deliveryId,
        hub_event: one.eventId,
      },
    })
    expect(record.value!.includes('一')).toBe(false)
    expect(openBytes(record.value!, () => key.key).toString()).toBe('{"no":"一"}')
  })

  it('has the same id each time for the same delivery, another for another one', () => {
    const one = entry()
    const idOf = (which: Entry) => answerRecord(deps, which, { no: 1 }, now)!.headers!.ce_id
    expect(idOf(one)).toBe(idOf(one))
    expect(idOf({ ...one, deliveryId: 'other' })).not.toBe(idOf(one))
  })

  it('is left out where the connector has no message for it', () => {
    const connector = toyConnector({}, { messages: {} })
    expect(answerRecord({ ...deps, connector }, entry(), {}, now)).toBeUndefined()
  })
})
