import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { buildApp } from '#gateway/app.ts'
import { followLedgers } from '#gateway/ledgers/follow.ts'
import { ledgerRoutes } from '#gateway/ledgers/routes.ts'
import { mostRows } from '#gateway/ledgers/rows.ts'
import { openSqliteStore } from '#gateway/store/sqlite.ts'
import type { Flaw } from '#schemas/canonical/types.ts'
import { MemoryLog } from '../../../helpers/memory-log.ts'
import { caseCodec, message } from '../../../helpers/records.ts'

const day = Date.parse('2026-03-02T00:00:00.000Z')
const iso = (hours: number) => new Date(day + hours * 3_600_000).toISOString()
const verbatim = [
  { target: 'proceeding.nativeStatus.name', from: ['/zt', '/old/zt'] },
  { target: 'case.categoryNative[].code', from: ['/kinds/*/code'] },
]

interface Sketch {
  readonly id?: string
  readonly system?: string
  readonly hours?: number
  readonly flaws: readonly Flaw[]
  readonly record?: Record<string, unknown>
}

function kit(log = new MemoryLog(), store = openSqliteStore(':memory:'), now = () => new Date(day)) {
  const ledgers = followLedgers({
    reader: log,
    store,
    topic: 'canonical',
    partitions: 1,
    decode: bytes => caseCodec.decode(bytes),
    verbatim: () => verbatim,
    now,
    log: { warn: () => undefined },
  })
  onTestFinished(() => ledgers.stop())
  return { log, store, ledgers }
}

let counter = 0

function say(log: MemoryLog, { id, system = 'toy', hours = 0, flaws, record = {} }: Sketch): void {
  counter += 1
  const made = message({ system, own: [], record })
  Object.assign(made.envelope, {
    messageId: id ?? `m${counter}`,
    nativeMessage: 'case',
    receivedAt: day + hours * 3_600_000,
    flaws: [...flaws],
  })
  log.add('canonical', { value: caseCodec.encode(made) })
}

const unknown = (pointer: string, table = 'status'): Flaw => ({ pointer, rule: 'UNKNOWN_CODE', table })
const unmapped = (pointer: string): Flaw => ({ pointer, rule: 'UNMAPPED', table: null })
const status = (name: string) => ({ proceeding: { nativeStatus: { name } } })
const settle = (check: () => void) => vi.waitFor(check, { timeout: 3000, interval: 10 })

describe('the ledger of unknown codes', () => {
  it('counts by system, message, table, place and code, with first and last time and the latest messages', async () => {
    const { log, ledgers } = kit()
    for (const [n, name] of ['会商中', '会商中', '搁置'].entries())
      say(log, { id: `a${n}`, hours: n, flaws: [unknown('/zt'), unmapped('/x')], record: status(name) })
    say(log, { id: 'b', system: 'other', flaws: [unknown('/zt')], record: status('会商中') })
    await settle(() => expect(ledgers.unknownCodes()).toHaveLength(3))
    expect(ledgers.unknownCodes('toy')).toEqual([
      {
        system: 'toy',
        message: 'case',
        table: 'status',
        pointer: '/zt',
        code: '会商中',
        count: 2,
        firstSeen: iso(0),
        lastSeen: iso(1),
        messageIds: ['a1', 'a0'],
      },
      expect.objectContaining({ code: '搁置', count: 1, messageIds: ['a2'] }),
    ])
  })

  it('shows a code only where an open field keeps it word for word', async () => {
    const { log, ledgers } = kit()
    const codes = (...list: string[]) => ({ case: { categoryNative: list.map(code => ({ code })) } })
    say(log, { flaws: [unknown('/people/0/sex', 'sex')], record: status('女士') })
    say(log, { flaws: [unknown('/kinds/1/code', 'category')], record: codes('A1') })
    say(log, { flaws: [unknown('/kinds/0/code', 'two')], record: codes('A1', 'B2') })
    say(log, { flaws: [unknown('/zt', 'long')], record: status('长'.repeat(65)) })
    say(log, { flaws: [unknown('/old/zt', 'later')], record: status('旧') })
    say(log, { flaws: [unknown('/zt', 'both'), unknown('/old/zt', 'both-later')], record: status('新') })
    await settle(() => expect(ledgers.unknownCodes()).toHaveLength(7))
    expect(Object.fromEntries(ledgers.unknownCodes().map(one => [one.table, one.code]))).toEqual({
      sex: null,
      category: 'A1',
      two: null,
      long: null,
      later: '旧',
      both: '新',
      'both-later': null,
    })
    expect(ledgers.unknownCodes().find(one => one.table === 'sex')!.pointer).toBe('/people/*/sex')
  })

  it('counts a message once that comes again, and keeps the latest five', async () => {
    const { log, ledgers } = kit()
    for (const id of ['m1', 'm2', 'm1', 'm3', 'm4', 'm5', 'm6']) say(log, { id, flaws: [unknown('/zt')] })
    await settle(() => expect(ledgers.unknownCodes()[0]?.messageIds[0]).toBe('m6'))
    expect(ledgers.unknownCodes()[0]).toMatchObject({ count: 6, messageIds: ['m6', 'm5', 'm4', 'm3', 'm2'] })
  })
})

describe('the ledger of unmapped fields', () => {
  it('counts by system, message and place, the most frequent first', async () => {
    const { log, ledgers } = kit()
    say(log, { flaws: [unmapped('/steps/3/note'), { pointer: '/n', rule: 'NOT_A_NUMBER', table: null }] })
    say(log, { flaws: [unmapped('/extra'), unmapped('/steps/0/note')] })
    await settle(() => expect(ledgers.unmappedFields()).toHaveLength(2))
    expect(ledgers.unmappedFields().map(one => [one.system, one.message, one.pointer, one.count])).toEqual([
      ['toy', 'case', '/steps/*/note', 2],
      ['toy', 'case', '/extra', 1],
    ])
    expect(ledgers.unknownCodes()).toEqual([])
  })

  it('gathers in one row what is beyond the most rows of a system', async () => {
    const { log, store, ledgers } = kit()
    for (let n = 0; n < mostRows / 20 + 2; n++)
      say(log, { id: `m${n}`, flaws: Array.from({ length: 20 }, (_, i) => unmapped(`/f${n}_${i}`)) })
    say(log, { system: 'other', flaws: [unmapped('/f')] })
    await settle(() => expect(ledgers.unmappedFields('other')).toHaveLength(1))
    const rows = ledgers.unmappedFields('toy')
    expect(rows).toHaveLength(mostRows + 1)
    expect(rows[0]).toMatchObject({ message: '*', pointer: '*', count: 2 })
    expect(store.get('rows|fields|toy')!.toString()).toBe(String(mostRows))
  })
})

describe('the store of the ledgers', () => {
  it('may be deleted: the same rows come back', async () => {
    const { log, ledgers } = kit()
    for (let n = 0; n < 7; n++) say(log, { hours: n, flaws: [unknown('/zt'), unmapped(`/f${n % 2}`)] })
    await settle(() => expect(ledgers.unknownCodes()[0]?.count).toBe(7))
    const again = kit(log)
    await settle(() => expect(again.ledgers.unknownCodes()).toEqual(ledgers.unknownCodes()))
    expect(again.ledgers.unmappedFields()).toEqual(ledgers.unmappedFields())
  })

  it('counts on where it stood, no record twice', async () => {
    const { log, store, ledgers } = kit()
    say(log, { flaws: [unknown('/zt')] })
    await settle(() => expect(ledgers.unknownCodes()[0]?.count).toBe(1))
    await ledgers.stop()
    const next = kit(log, store)
    say(log, { flaws: [unknown('/zt')] })
    await settle(() => expect(next.ledgers.unknownCodes()[0]?.count).toBe(2))
  })

  it('forgets rows that canonical has forgotten too', async () => {
    const { log, store, ledgers } = kit(undefined, undefined, () => new Date(day + 15 * 86_400_000))
    say(log, { flaws: [unmapped('/old'), unknown('/zt')] })
    say(log, { hours: 48, flaws: [unmapped('/new')] })
    await settle(() => expect(ledgers.unmappedFields().map(one => one.pointer)).toEqual(['/new']))
    expect(ledgers.unknownCodes()).toEqual([])
    expect(store.get('rows|fields|toy')!.toString()).toBe('1')
  })
})

it('shows both ledgers to operators alone', async () => {
  const rows = { unknownCodes: (system?: string) => [{ system }], unmappedFields: () => [] }
  const app = await buildApp({
    health: {} as never,
    control: {} as never,
    systems: new Set(),
    operatorKey: 'k',
    doors: [ledgerRoutes({ ledgers: rows as never, operatorKey: 'k' })],
    log: { error: () => undefined },
  })
  onTestFinished(() => app.close())
  const get = (path: string, key = 'k') =>
    app.inject({ url: `/admin/ledgers/${path}`, headers: { authorization: `Bearer ${key}` } })
  expect((await get('unknown-codes?system=toy')).json()).toEqual({ rows: [{ system: 'toy' }] })
  expect((await get('unmapped-fields')).json()).toEqual({ rows: [] })
  for (const path of ['unknown-codes', 'unmapped-fields'])
    expect((await get(path, 'other')).json()).toMatchObject({ code: 'HUB_HTTP_OPERATOR_ONLY' })
})
