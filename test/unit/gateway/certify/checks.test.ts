// What each check takes for shown, and what it calls missing.
import { describe, expect, test } from 'vitest'
import { refused, repeat, taken } from '#gateway/certify/checks/incoming.ts'
import { recovery } from '#gateway/certify/checks/outgoing.ts'
import { joined } from '#gateway/certify/checks/receiver.ts'
import { charset, clock } from '#gateway/certify/checks/traits.ts'
import { isRefused, tryFinding } from '#gateway/certify/checks/tries.ts'
import type { Entry } from '#gateway/deliver/entry.ts'
import type { Receipt } from '#gateway/receipts/receipt.ts'
import { event, fault, item, sketch } from './sketch.ts'

const wanted = { kind: 'taken', message: 'case', reaches: ['REGISTERED'] } as const

describe('a message that must be taken in', () => {
  test('is shown by its event, with the ids that later exchanges need', () => {
    const one = sketch()
    const check = taken(one.stand, wanted)
    one.hear({ items: [item()] })
    expect(check.look()).toEqual({ kind: 'waiting' })
    one.events.push(event())
    const known = { messageId: 'm1', numberKey: 'n1', caseId: 'c1', ownKeys: ['n1'] }
    expect(check.look()).toEqual({ kind: 'passed', known })
    expect(check.seen().map(seen => [seen.says.en, seen.id])).toEqual([
      ['case taken in', 'm1'],
      ['case event, status REGISTERED', 'm1'],
    ])
  })

  test.each([
    ['NO_CALL', []],
    ['NO_CALL', [{ message: 'other', items: [item()] }]],
    ['NOT_SIGNED', [{ status: 401, fault: fault('HUB_SECURITY_SIGNATURE') }]],
    ['SAME_SIGNATURE', [{ status: 401, fault: fault('HUB_SECURITY_SIGNATURE_REUSED') }]],
    ['NOT_UNDERSTOOD', [{ items: [item({ status: 'refused', fault: fault('HUB_RECEIVE_CONTRACT') })] }]],
    ['NOT_NEW', [{ items: [item({ status: 'duplicate' })] }]],
  ])('without it the report says %s', (code, heard) => {
    const one = sketch()
    const check = taken(one.stand, wanted)
    one.hear(...heard)
    expect(check.look()).toEqual({ kind: 'waiting' })
    expect(check.overdue().code).toBe(code)
  })

  test('that reaches another status, or ends invalid, is named so', () => {
    const one = sketch({ receipt: () => ({ status: 'invalid' }) as Receipt })
    const check = taken(one.stand, wanted)
    one.hear({ items: [item()] })
    expect(check.overdue().code).toBe('INVALID')
    one.events.push(event({ status: 'UNKNOWN', flaws: [{ pointer: '/st', rule: 'UNKNOWN_CODE' }] }))
    expect(check.look()).toEqual({ kind: 'waiting' })
    expect(check.overdue().code).toBe('STATUS_NOT_REACHED')
    expect(check.seen().at(-1)!.says.en).toBe('case event, status UNKNOWN; flaws: /st UNKNOWN_CODE')
  })

  test('as an update must bear the number of its case and say something else', () => {
    const one = sketch()
    one.stand.learn('first', { messageId: 'm1', numberKey: 'n1', caseId: 'c1' })
    const check = taken(one.stand, { kind: 'taken', message: 'case', updates: 'first' })
    one.events.push(event(), event({ messageId: 'm2' }))
    one.hear({ items: [item({ messageId: 'm2', numberKey: 'n2' })] }, { items: [item()] })
    expect(check.look()).toEqual({ kind: 'waiting' })
    expect(check.overdue().code).toBe('OTHER_NUMBER')
    one.hear({ items: [item({ messageId: 'm2' })] })
    expect(check.look()).toMatchObject({ kind: 'passed' })
  })

  test('counts only from its own exchange on, and never the number of an earlier one', () => {
    const one = sketch()
    one.stand.learn('first', { numberKey: 'n1' })
    one.hear({ items: [item({ messageId: 'm0', numberKey: 'n0' })] })
    one.now += 1
    const check = taken(one.stand, wanted)
    one.events.push(event({ messageId: 'm0' }), event())
    one.hear({ items: [item()] })
    expect(check.look()).toEqual({ kind: 'waiting' })
    expect(check.overdue().code).toBe('NOT_NEW')
  })
})

test('a repeat is the same message, whatever its answer says of it', () => {
  const one = sketch()
  one.stand.learn('first', { messageId: 'm1', numberKey: 'n1' })
  const check = repeat(one.stand, { kind: 'repeat', of: 'first' })
  expect(check.overdue().code).toBe('NO_REPEAT')
  one.hear({ items: [item({ messageId: 'm2' })] })
  expect(check.look()).toEqual({ kind: 'waiting' })
  expect(check.overdue().code).toBe('REPEAT_CHANGED')
  one.hear({ items: [item()] })
  expect(check.look()).toMatchObject({ kind: 'passed' })
})

test('a refusal counts by its code, of a call or of one message', () => {
  const one = sketch()
  const check = refused(one.stand, { kind: 'refused', codes: ['HUB_SECURITY_CLOCK', 'HUB_RECEIVE_CONTRACT'] })
  one.hear({ status: 401, fault: fault('HUB_SECURITY_SIGNATURE') })
  expect(check.look()).toEqual({ kind: 'waiting' })
  expect(check.overdue().code).toBe('NO_REFUSAL')
  expect(check.seen()[0]).toMatchObject({ status: 401, code: 'HUB_SECURITY_SIGNATURE' })
  one.hear({ items: [item({ status: 'refused', fault: fault('HUB_RECEIVE_CONTRACT') })] })
  expect(check.look()).toMatchObject({ kind: 'passed' })
})

test('clock and charset are read off the calls that were let in', () => {
  const one = sketch()
  const expected = { kind: 'clock', maxSkewSeconds: 30 } as const
  expect(clock(one.stand, expected).look()).toMatchObject({ finding: { code: 'NOT_SIGNED' } })
  expect(charset(one.stand).look()).toMatchObject({ finding: { code: 'NO_CHINESE' } })
  one.hear({ status: 401, fault: fault('HUB_SECURITY_CLOCK'), signedAt: one.now - 300_000 })
  one.hear({ status: 202, signedAt: one.now - 29_000 }, { items: [item()] })
  expect(clock(one.stand, expected).look()).toMatchObject({ kind: 'passed' })
  expect(charset(one.stand).look()).toMatchObject({ kind: 'passed' })
  one.hear({ status: 202, signedAt: one.now + 31_000 }, { items: [item({ text: 'broken' })] })
  expect(clock(one.stand, expected).look()).toMatchObject({ finding: { code: 'CLOCK' } })
  expect(charset(one.stand).look()).toMatchObject({ finding: { code: 'CHARSET' } })
})

test('a hand-over has come back once a number of the system stands in its case', () => {
  const one = sketch()
  one.stand.learn('hand-over', { caseId: 'c1', deliveryId: 'd1' })
  const check = joined(one.stand, { kind: 'joined', of: 'hand-over' })
  one.events.push(event({ caseId: 'c2' }), event({ ownKeys: [] }))
  expect(check.look()).toEqual({ kind: 'waiting' })
  expect(check.overdue().code).toBe('NO_OWN_NUMBER')
  one.events.push(event())
  expect(check.look()).toMatchObject({ kind: 'passed', known: { numberKey: 'n1', deliveryId: 'd1' } })
})

test.each([
  ['NOT_TRIED', []],
  ['ALREADY_THERE', [{ outcome: 'conflict' }]],
  ['REFUSED', [{ outcome: 'refused', code: 'A0402' }]],
  [
    'REFUSED',
    [
      { outcome: 'retry', code: 'HTTP_500' },
      { outcome: 'dead', code: '4001' },
    ],
  ],
  ['UNREACHABLE', [{ outcome: 'retry', code: 'HUB_DELIVER_UNREACHABLE' }]],
  ['NO_ANSWER', [{ outcome: 'unknown', code: 'HUB_DELIVER_CUT' }]],
  ['UNREADABLE_ANSWER', [{ outcome: 'unknown', code: 'LETTER_NOT_NAMED' }]],
  ['UNREADABLE_ANSWER', [{ outcome: 'retry', code: 'UNREADABLE' }]],
  [
    'UNREADABLE_ANSWER',
    [
      { outcome: 'unknown', code: 'ROW' },
      { outcome: 'dead', code: 'ROW' },
    ],
  ],
  ['SERVER_ERROR', [{ outcome: 'retry', code: 'BUSY' }]],
  ['SERVER_ERROR', [{ outcome: 'dead', code: 'HTTP_503' }]],
  ['HUB_NOT_LET_IN', [{ outcome: 'retry', code: 'HTTP_401' }]],
  ['HUB_NOT_LET_IN', [{ outcome: 'retry', code: 'HUB_DELIVER_LOGIN' }]],
])('attempts say %s', (code, tries) => {
  expect(tryFinding(tries).code).toBe(code)
})

test.each([
  ['a failure that outlasts all attempts', ['retry', 'dead'], 'NOT_RECOVERED'],
  ['what the step before asked the system to refuse', ['refused'], 'NO_OUTAGE'],
  ['what came before the failure', ['delivered'], 'NO_OUTAGE'],
])('%s is followed by another case, whose arrival after a failure counts', async (_, before, missing) => {
  const one = sketch()
  const sent: string[] = []
  one.stand.issue = async () => `m${sent.push('')}`
  one.stand.entry = () => ({ caseId: 'c1' }) as Entry
  const check = recovery(one.stand, { kind: 'recovery', message: 'case', cases: ['any'] })
  const tried = (messageId: string, outcome: string) =>
    one.tries.push({ deliveryId: 'd', messageId, subscription: 's', outcome, attempt: 1, at: '', ms: 1 })
  await check.begin!()
  one.now += 5000
  for (const outcome of before) {
    tried('m1', outcome)
    expect(await check.look()).toEqual({ kind: 'waiting' })
  }
  expect([sent.length, check.overdue().code]).toEqual([2, missing])
  tried('m2', 'retry')
  expect(await check.look()).toEqual({ kind: 'waiting' })
  tried('m2', 'delivered')
  expect(await check.look()).toMatchObject({ kind: 'passed', known: { messageId: 'm2' } })
})

test('what arrives after one that a failure outlasted shows the recovery; the pauses between cases grow', async () => {
  const one = sketch()
  const sent: string[] = []
  one.stand.issue = async () => `m${sent.push('')}`
  one.stand.entry = () => ({ caseId: 'c1' }) as Entry
  const check = recovery(one.stand, { kind: 'recovery', message: 'case', cases: ['any'] })
  const tried = (messageId: string, outcome: string) =>
    one.tries.push({ deliveryId: 'd', messageId, subscription: 's', outcome, attempt: 1, at: '', ms: 1 })
  await check.begin!()
  for (const [after, messageId, outcome, cases] of [
    [3000, 'm1', 'refused', 2],
    [4400, 'm2', 'refused', 2],
    [100, 'm2', 'dead', 3],
    [1000, 'm3', 'retry', 3],
    [9000, 'm3', 'dead', 4],
  ] as const) {
    one.now += after
    tried(messageId, outcome)
    expect([await check.look(), sent.length]).toEqual([{ kind: 'waiting' }, cases])
  }
  tried('m4', 'delivered')
  expect(await check.look()).toMatchObject({ kind: 'passed', known: { messageId: 'm4' } })
})

test('a dead letter is a refusal only where the system itself refused', () => {
  const dead = (code: string) => isRefused([{ outcome: 'dead', code }])
  expect([dead('BUSINESS'), dead('HTTP_503'), dead('HUB_DELIVER_CUT')]).toEqual([true, false, false])
  expect(isRefused([])).toBe(false)
})
