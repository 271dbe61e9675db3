// A hand-over to a receiver that has the matter already: it hears the news instead, and opens nothing.
import { expect, it, onTestFinished } from 'vitest'
import type { Adapter, DeliveryOutcome, OutboundCall } from '#connectors/sdk.ts'
import { type Entry, entryOf } from '#gateway/deliver/entry.ts'
import { nativeDoor } from '#gateway/deliver/native.ts'
import { createViewer } from '#gateway/deliver/visible.ts'
import type { Connector } from '#gateway/loader/connector.ts'
import { createHttpPush } from '#gateway/transports/http-push.ts'
import type { OutboundRule } from '#schemas/files.ts'
import { caseCodec, caseRecordSchema, machine, numberRef, sealedPartSchema } from '../../../helpers/records.ts'
import { assignment, proceeding, subscription, system, table } from '../route/sketch.ts'
import { FakeKafka } from './fake-kafka.ts'
import { publish, serve, toyConnector } from './rig.ts'

const now = new Date('2026-03-02T08:00:00Z')
const rules: readonly OutboundRule[] = [
  { message: 'news', when: { known: true } },
  { message: 'open', when: { known: false } },
]
const answer = { no: 'NO-9' }
const held: DeliveryOutcome = { kind: 'conflict', answer }

function handOver(isKnown = false): Entry {
  const kafka = new FakeKafka()
  const proceedings = [proceeding('sender'), ...(isKnown ? [proceeding('unit')] : [])]
  publish(kafka, [{ proceedings, assignments: [assignment()] }])
  return entryOf(kafka.log('out.unit')[0]!)
}

interface Rig {
  readonly adapter: Adapter
  readonly repeats?: 'conflict' | 'duplicates'
  readonly own?: readonly object[]
}

/** A door to a receiver that writes down what it is asked; both messages say what they are and the receiver's number. */
async function rig({ adapter, repeats = 'conflict', own = [numberRef('toy', 'NO-9')] }: Rig) {
  const paths: string[] = []
  const bodies: { number?: string; id: string }[] = []
  const url = await serve((request, response) => {
    paths.push(request.path)
    if (request.body !== '') bodies.push(JSON.parse(request.body) as (typeof bodies)[number])
    response.end()
  })
  const push = createHttpPush()
  onTestFinished(() => push.close())
  const transport = { inbound: ['http-push'], outbound: ['http-push'], schemes: [], repeats } as const
  const toy = toyConnector({ ...asked, ...adapter }, { outbound: rules, transport: { ...transport, path: '/' } })
  const map = ({ receiver, deliveryId }: { receiver: { numbers: { value: string }[] }; deliveryId: string }) => [
    { record: { number: receiver.numbers[0]?.value, id: deliveryId } },
  ]
  const compiled = { map, reads: [] }
  const connector = {
    ...toy,
    inbound: new Map([['answer', { compiled: { map: () => [{ record: {}, own }] } }]]),
    outbound: new Map(['news', 'open'].map(name => [name, { compiled }])),
  } as unknown as Connector
  const door = nativeDoor({
    subscription: subscription('unit', 'COORDINATE'),
    system: { ...system('unit', { serves: ['UNIT'] }), url },
    connector,
    inForce: () => connector,
    machine,
    decode: bytes => caseCodec.decode(bytes),
    openPersonal: async () => null,
    viewer: createViewer({ open: caseRecordSchema, sealed: sealedPartSchema }, table, () => now),
    push,
    now: () => now,
  })
  return { door, paths, bodies }
}

const asked: Adapter = {
  request: ({ message, native }: OutboundCall) => ({
    method: 'POST',
    path: `/${message}`,
    headers: {},
    body: Buffer.from(JSON.stringify(native)),
  }),
}

const outcomes = (open: DeliveryOutcome, news: DeliveryOutcome): Adapter => ({
  outcome: (_, call) => (call.message === 'open' ? open : news),
})

const looking = (found: DeliveryOutcome | undefined): NonNullable<Adapter['lookUp']> => ({
  request: () => ({ method: 'GET', path: '/ask', headers: {}, body: Buffer.alloc(0) }),
  outcome: (_, call) => (call.message === 'open' ? found : undefined),
})

it('tells a receiver that has the matter what is new, by the number that it named and under an id of its own', async () => {
  const { door, paths, bodies } = await rig({ adapter: outcomes(held, { kind: 'delivered' }) })
  const entry = handOver()
  expect(await door.attempt(entry, 1)).toEqual({ kind: 'conflict', answer: { tree: answer } })
  expect(paths).toEqual(['/open', '/news'])
  expect(bodies.map(one => one.number)).toEqual([undefined, 'NO-9'])
  expect(bodies[1]!.id).not.toBe(entry.deliveryId)
  await door.attempt(entry, 2)
  expect(bodies[3]!.id).toBe(bodies[1]!.id)
})

it('comes again when the news may be taken in later, and not when it is refused', async () => {
  const later = await rig({ adapter: outcomes(held, { kind: 'retry', code: 'BUSY' }) })
  expect(await later.door.attempt(handOver(), 1)).toEqual({ kind: 'retry', code: 'BUSY' })
  const lost = await rig({ adapter: outcomes(held, { kind: 'unknown', code: 'CUT' }) })
  expect(await lost.door.attempt(handOver(), 1)).toEqual({ kind: 'retry', code: 'CUT' })
  const refused = await rig({ adapter: outcomes(held, { kind: 'refused', code: 'NO' }) })
  expect(await refused.door.attempt(handOver(), 1)).toMatchObject({ kind: 'conflict' })
})

it('has no news for a receiver that names no record, or whose conflict is about news', async () => {
  const nameless = await rig({ adapter: outcomes(held, { kind: 'delivered' }), own: [numberRef('hand-over', 'H')] })
  await nameless.door.attempt(handOver(), 1)
  expect(nameless.paths).toEqual(['/open'])
  const known = await rig({ adapter: outcomes(held, held) })
  await known.door.attempt(handOver(true), 1)
  expect(known.paths).toEqual(['/news'])
})

it('asks one that would open a second record before each hand-over, and tells it the news of one that it has', async () => {
  const found = { ...held, kind: 'delivered' } as const
  const has = await rig({ adapter: { ...outcomes(held, held), lookUp: looking(found) }, repeats: 'duplicates' })
  expect(await has.door.attempt(handOver(), 1)).toEqual({ kind: 'conflict', answer: { tree: answer } })
  expect(has.paths).toEqual(['/ask', '/ask', '/news'])
  const hasNot = await rig({
    adapter: { ...outcomes({ kind: 'delivered' }, held), lookUp: looking(undefined) },
    repeats: 'duplicates',
  })
  expect(await hasNot.door.attempt(handOver(), 1)).toEqual({ kind: 'delivered' })
  expect(hasNot.paths).toEqual(['/ask', '/open'])
})
