// Receivers that misbehave in every way a socket allows, met by the real loop and the real doors: the outcome is the right one,
// the delivery is repeated under the same id until it is taken, another case goes on meanwhile, and no connection is left.
import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import type { PushDoor } from '#gateway/deliver/door.ts'
import { type Entry, entryOf } from '#gateway/deliver/entry.ts'
import type { HttpPush, HttpPushOptions } from '#gateway/transports/http-push.ts'
import { testCertificate, trust } from '../../../helpers/certificates.ts'
import { makeNative, makeWebhook, openPush } from './doors.ts'
import { FakeKafka } from './fake-kafka.ts'
import { type Behaviour, type RawOptions, type RawReceiver, rawReceiver, says, takes } from './raw-receiver.ts'
import { caseId, outcomes, publish, start } from './rig.ts'

const soon = { timeout: 8000, interval: 10 }
const timeoutMs = 300
const megabyte = Buffer.alloc(1 << 20, 'x')

type Make = (url: string, push: HttpPush) => PushDoor

interface Met {
  /** As `case:outcome` and its code, in the order in which they came. */
  readonly told: string[]
  readonly receiver: RawReceiver
}

/** Case 1 meets the bad behaviour once; case 2 and every repeat are taken. */
async function meet(make: Make, bad: Behaviour, options: RawOptions & HttpPushOptions = {}): Promise<Met> {
  let met = false
  const behave: Behaviour = (socket, call) => {
    const isFirst = call.caseId === caseId(1) && !met
    met ||= isFirst
    if (isFirst) bad(socket, call)
    else takes(socket, call)
  }
  const receiver = await rawReceiver(behave, options)
  const push = openPush({ timeoutMs, ...options })
  const kafka = new FakeKafka()
  publish(kafka, [{ caseId: caseId(1) }, { caseId: caseId(2) }])
  const told: string[] = []
  const info = (facts: object) => {
    const { case: of, outcome, code } = facts as Record<string, string | undefined>
    if (outcome) told.push(`${of![0]}:${outcome}${code ? ` ${code}` : ''}`)
  }
  const run = start(kafka, make(receiver.url, push), { log: { info, warn: () => undefined, error: () => undefined } })
  await vi.waitFor(() => expect(outcomes(kafka)).toEqual(expect.arrayContaining(['1:delivered', '2:delivered'])), soon)
  await run.stop()
  await push.close()
  await expect.poll(receiver.open).toBe(0)
  return { told, receiver }
}

function anyEntry(): Entry {
  const kafka = new FakeKafka()
  publish(kafka, [{}])
  return entryOf(kafka.log('out.unit')[0]!)
}

const callsOf = ({ receiver }: Met, n: number) => receiver.calls.filter(call => call.caseId === caseId(n))

const writes =
  (text: string): Behaviour =>
  socket =>
    void socket.write(text)

/** Goes on until its connection is taken from it. */
const pours =
  (head: string, piece: Buffer | string): Behaviour =>
  socket => {
    socket.write(head)
    const pour = () => {
      while (!socket.destroyed && socket.write(piece));
    }
    socket.on('drain', pour)
    pour()
  }

const drips =
  (head: string, everyMs: number): Behaviour =>
  socket => {
    socket.write(head)
    const timer = setInterval(() => socket.write('x'), everyMs)
    socket.on('close', () => clearInterval(timer))
  }

/** What was written arrives before the connection ends. */
const resetsAfter =
  (text: string): Behaviour =>
  socket =>
    void socket.write(text, () => setTimeout(() => socket.resetAndDestroy(), 50))

const ok = 'HTTP/1.1 200 OK\r\n'
const doors: readonly (readonly [string, Make])[] = [
  ['webhook', makeWebhook],
  ['native', (url, push) => makeNative(url, push)],
]

describe.each(doors)('the %s door meets a receiver that', (kind, make) => {
  const cut = 'unknown HUB_DELIVER_CUT'
  const unreadable = 'unknown HUB_DELIVER_ANSWER'
  const failing: readonly (readonly [string, string, Behaviour])[] = [
    ['never answers', cut, () => undefined],
    ['stops within its head', cut, writes(`${ok}content-le`)],
    ['takes the request in and resets the connection', cut, socket => void socket.resetAndDestroy()],
    ['takes the request in and closes the connection', cut, socket => void socket.end()],
    ['answers too late', cut, (socket, call) => void setTimeout(() => takes(socket, call), 2 * timeoutMs)],
    ['redirects', 'retry HTTP_302', says('302 Found\r\nlocation: http://169.254.169.254/latest')],
    ['speaks no HTTP', unreadable, writes('SSH-2.0-OpenSSH_9.6\r\n')],
    ['announces answers without end', unreadable, pours('', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1000))],
    ['has a head without end', unreadable, pours(ok, `x-filler: ${'x'.repeat(10_000)}\r\n`)],
    [
      'changes to another protocol',
      cut,
      writes('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    ],
    ['is overwhelmed', 'retry HTTP_429', says('429 Too Many Requests')],
    ['is in trouble', 'retry HTTP_503', says('503 Service Unavailable')],
  ]

  it.each(failing)('%s: %s, then repeats it under the same id', async (_name, outcome, bad) => {
    const met = await meet(make, bad)
    const { told } = met
    expect(told.filter(one => one.startsWith('1'))).toEqual([`1:${outcome}`, '1:delivered'])
    expect(told.indexOf('2:delivered')).toBeLessThan(told.indexOf('1:delivered'))
    const ids = callsOf(met, 1).map(call => call.deliveryId)
    expect(ids).toEqual([ids[0], ids[0]])
    expect(callsOf(met, 2)).toHaveLength(1)
  })

  const empty = `${ok}content-length: 0\r\n\r\n`
  const fine: readonly (readonly [string, Behaviour])[] = [
    ['answers 204', writes('HTTP/1.1 204 No Content\r\n\r\n')],
    ['announces its answer twice', writes(`HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${empty}`)],
    ['answers and closes the connection', socket => void socket.end(empty)],
    [
      'answers in small packed bytes that would be large',
      says('200 OK\r\ncontent-encoding: gzip', gzipSync(Buffer.alloc(10 << 20)).toString('latin1')),
    ],
    ['answers twice', writes(`${empty}${empty}`)],
  ]

  it.each(fine)('%s: delivered at once', async (_name, behave) => {
    const met = await meet(make, behave)
    expect(met.told.toSorted()).toEqual(['1:delivered', '2:delivered'])
    expect(met.receiver.calls).toHaveLength(2)
  })

  const long: readonly (readonly [string, string, Behaviour])[] = [
    ['stops within its body', cut, writes(`${ok}content-length: 100\r\n\r\nabc`)],
    ['drips its body', cut, drips(`${ok}\r\n`, 20)],
    ['resets the connection within its body', cut, resetsAfter(`${ok}content-length: 100\r\n\r\nabc`)],
    ['has a body of 10 MB', unreadable, pours(`${ok}content-length: ${10 << 20}\r\n\r\n`, megabyte)],
    ['has a body without end', unreadable, pours(`${ok}\r\n`, megabyte)],
    ['breaks off the chunks of its body', unreadable, writes(`${ok}transfer-encoding: chunked\r\n\r\nzzzz\r\n`)],
  ]

  // A webhook is answered by a status: what follows it can be lost, or be too much, without a word being lost.
  it.each(long)('%s', async (_name, outcome, behave) => {
    const met = await meet(make, behave)
    const expected = kind === 'webhook' ? ['1:delivered'] : [`1:${outcome}`, '1:delivered']
    expect(met.told.filter(one => one.startsWith('1'))).toEqual(expected)
    expect(callsOf(met, 1)).toHaveLength(expected.length)
  })

  it.each([
    ['never answers', writes('')],
    ['drips its body', drips(`${ok}\r\n`, 20)],
    ['has a body without end', pours(`${ok}\r\n`, megabyte)],
  ])('%s: hangs up on it and keeps no connection', async (_name, behave) => {
    const receiver = await rawReceiver(behave)
    await make(receiver.url, openPush({ timeoutMs })).attempt(anyEntry(), 1)
    expect(receiver.calls).toHaveLength(1)
    await expect.poll(receiver.open).toBe(0)
  })

  it('resets the connection before it has read the request', async () => {
    let times = 0
    const onBytes: RawOptions['onBytes'] = (socket, bytes) => {
      if (!bytes.includes(caseId(1)) || times++ > 0) return false
      socket.resetAndDestroy()
      return true
    }
    const { told } = await meet(make, takes, { onBytes })
    expect(told.filter(one => one.startsWith('1'))).toEqual(['1:unknown HUB_DELIVER_CUT', '1:delivered'])
  })

  it.each([
    ['seconds', 'retry-after: 1'],
    [
      'a moment by its own clock, however wrong',
      'date: Thu, 01 Jan 2004 00:00:00 GMT\r\nretry-after: Thu, 01 Jan 2004 00:00:01 GMT',
    ],
  ])('names the time to wait in %s', async (_name, header) => {
    const met = await meet(make, says(`429 Too Many Requests\r\n${header}`))
    const [first, second] = callsOf(met, 1)
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(1000)
  })

  const day = 86_400_000
  const [past, before, after] = [-400, -1, 400].map(days => new Date(Date.now() + days * day)) as [Date, Date, Date]
  it.each([
    ['has been out of date', 'HUB_DELIVER_CERT_ENDED', testCertificate('127.0.0.1', past, before), true],
    [
      'is not in force yet',
      'HUB_DELIVER_CERT_ENDED',
      testCertificate('127.0.0.1', after, new Date(after.getTime() + day)),
      true,
    ],
    ['is for another host', 'HUB_DELIVER_CERT_NAME', testCertificate('other.example', before, after), true],
    ['nobody knows', 'HUB_DELIVER_CERT_UNKNOWN', testCertificate('127.0.0.1', before, after), false],
  ])(
    'shows a certificate that %s: says so, sends nothing and counts no attempt',
    async (_name, code, certificate, known) => {
      if (known) trust(certificate)
      const receiver = await rawReceiver(takes, { certificate })
      const kafka = new FakeKafka()
      publish(kafka, [{}])
      const told: unknown[] = []
      const run = start(kafka, make(receiver.url, openPush()), {
        log: { info: facts => void told.push(facts), warn: () => undefined, error: () => undefined },
      })
      // More attempts than the policy has: none of them counts.
      await vi.waitFor(() => expect(told.length).toBeGreaterThan(4), soon)
      await run.stop()
      expect(told.slice(0, 5)).toEqual(Array(5).fill(expect.objectContaining({ outcome: 'retry', code })))
      expect(receiver.calls).toEqual([])
    },
  )

  it('shows a certificate of its own that is known here', async () => {
    const certificate = testCertificate('127.0.0.1', before, after)
    trust(certificate)
    const { told } = await meet(make, takes, { certificate })
    expect(told.toSorted()).toEqual(['1:delivered', '2:delivered'])
  })
})

it('lets a subscription whose receiver hangs hold up no other one, though both call the same host', async () => {
  const receiver = await rawReceiver((socket, call) => call.path === '/good' && takes(socket, call))
  const push = openPush({ timeoutMs: 60_000 })
  const [hung, free] = [new FakeKafka(), new FakeKafka()]
  const cases = Array.from({ length: 40 }, (_, n) => ({
    caseId: `${String(n).padStart(8, '0')}-1111-5111-8111-111111111111`,
  }))
  publish(hung, cases)
  publish(free, cases)
  const first = start(hung, makeWebhook(`${receiver.url}/hang`, push))
  await vi.waitFor(() => expect(receiver.calls.length).toBe(32), soon)
  start(free, makeWebhook(`${receiver.url}/good`, push))
  await vi.waitFor(() => expect(outcomes(free)).toHaveLength(40), soon)
  expect(outcomes(hung).filter(one => one.endsWith('delivered'))).toEqual([])
  await push.close()
  await first.stop()
  await expect.poll(receiver.open).toBe(0)
})
