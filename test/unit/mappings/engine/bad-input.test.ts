// What real systems send wrong: each value becomes absent or clean, with a flaw at its place, and the rest is kept.
import { describe, expect, test } from 'vitest'
import { mapSet, result } from '../../../helpers/mapping.ts'

const card = '330199190001010010'
const party =
  'parties: { each: /l, set: { name: /n, certNo: { path: /z, call: id-card }, phone: { path: /p, call: phone } } }'

describe('bad input', () => {
  test('a number of persons in words is absent', () => {
    expect(result('case.people: /sjrs\ncase.title: /bt', { sjrs: '十二人', bt: '工地欠薪' })).toEqual({
      record: { case: { title: '工地欠薪' } },
      flaws: ['/sjrs NOT_A_NUMBER'],
    })
  })

  test('an identity number with spaces, wide digits or a small x is the same number', () => {
    const l = [`${card} `, ` ${card.slice(0, 6)} ${card.slice(6)}`, '３３０１９９１９０００１０１００１０'].map(z => ({
      z,
    }))
    expect(result(party, { l })).toEqual({ record: { parties: l.map(() => ({ certNo: card })) }, flaws: [] })
    expect(result(party, { l: { z: '33019919000101007x' } }).record).toEqual({
      parties: [{ certNo: '33019919000101007X' }],
    })
  })

  test('an identity number that is wrong is absent, an old one is kept', () => {
    const l = [{ n: '虚甲一', z: `${card.slice(0, 17)}1` }, { z: '330199000101001' }, { z: '330199000231001' }]
    expect(result(party, { l })).toEqual({
      record: { parties: [{ name: '虚甲一' }, { certNo: '330199000101001' }] },
      flaws: ['/l/0/z BAD_CHECK_DIGIT', '/l/1/z UNVERIFIED_ID', '/l/2/z BAD_CHECK_DIGIT'],
    })
  })

  test('words for "none" are no phone number', () => {
    const none = ['无', '不详', '000', '0571-', 'x', '-']
    expect(result(party, { l: none.map(p => ({ n: '甲', p })) })).toEqual({
      record: { parties: none.map(() => ({ name: '甲' })) },
      flaws: none.map((_, i) => `/l/${i}/p NOT_A_PHONE`),
    })
  })

  test('a date in three-letter months is read, a day that never was is not', () => {
    const set = 'proceeding.openedAt: /djsj'
    expect(result(set, { djsj: '20JAN21' })).toEqual({
      record: { proceeding: { openedAt: Date.parse('2021-01-19T16:00:00Z') } },
      flaws: [],
    })
    expect(result(set, { djsj: '0000-00-00' })).toEqual({ record: {}, flaws: ['/djsj NOT_A_DATE'] })
    expect(result('case.occurredOn: /d', { d: '0000-00-00 00:00:00' })).toEqual({
      record: {},
      flaws: ['/d NOT_A_DATE'],
    })
  })

  test('bytes of another encoding spoil their own field only', () => {
    const gbk = Buffer.from([0xb9, 0xa4, 0xb5, 0xd8]).toString('utf8')
    expect(result('case.title: /bt\ncase.people: /n', { bt: `西溪${gbk}`, n: 1 })).toEqual({
      record: { case: { people: 1 } },
      flaws: ['/bt BAD_BYTES'],
    })
  })

  test('emoji stay, control characters go', () => {
    expect(result('case.title: /bt', { bt: '欠薪\u0000😀\u0007\u009f急\n快' })).toEqual({
      record: { case: { title: '欠薪😀急\n快' } },
      flaws: ['/bt CONTROL_CHARS'],
    })
  })

  test('HTML becomes text, and text with < stays text', () => {
    const nr = '<p>一<b>二</b>&nbsp;三&lt;四</p><SCRIPT>if (a<b) x()</Script ><style>p{}</style>五 < 六<br/>七'
    expect(result('case.title: { path: /nr, text: html }', { nr })).toEqual({
      record: { case: { title: '一二 三<四\n五 < 六\n七' } },
      flaws: [],
    })
  })

  test('a script that never ends hides nothing', () => {
    expect(result('case.title: { path: /nr, text: html }', { nr: '<script>一<style>二</style>三' }).record).toEqual({
      case: { title: '一三' },
    })
  })

  test('two megabytes of text pass whole', () => {
    const nr = '某'.repeat(700_000)
    expect(result('case.title: /nr', { nr })).toEqual({ record: { case: { title: nr } }, flaws: [] })
  })

  test('an unknown status is told with its table and never guessed', () => {
    const mapped = mapSet('proceeding.status: { path: /ldzt, table: status }', { ldzt: '已派单' })
    expect(mapped.record).toEqual({ proceeding: { status: 'UNKNOWN' } })
    expect(mapped.flaws).toEqual([{ pointer: '/ldzt', rule: 'UNKNOWN_CODE', table: 'status' }])
  })

  test('a list in place of a code is no code, but a list of codes may fill a list', () => {
    const codes = ['投诉', '举报']
    expect(result('proceeding.status: { path: /c, table: kind }', { c: codes })).toEqual({
      record: {},
      flaws: ['/c NOT_TEXT'],
    })
    expect(result('case.tags: { path: /c, table: kind }', { c: codes }).record).toEqual({
      case: { tags: ['COMPLAINT', 'REPORT'] },
    })
    expect(result('case.tags: { list: [{ path: /c, table: kind }, { const: LAST }] }', { c: codes }).record).toEqual({
      case: { tags: ['COMPLAINT', 'REPORT', 'LAST'] },
    })
  })

  test('a name with a wide space at its end is found in its table', () => {
    expect(result('proceeding.status: { path: /c, table: kind }', { c: ' 投诉\u3000' })).toEqual({
      record: { proceeding: { status: 'COMPLAINT' } },
      flaws: [],
    })
  })
})

describe('numbers beyond 2^53', () => {
  const unsafe = 2 ** 53 + 2

  test('as text they keep every digit: money, identity, own number', () => {
    const mapped = mapSet('case.amount: /m\ncase.title: /t', {
      no: '3301060000000202605060231',
      m: '9007199254740993.01',
      t: '9007199254740993',
    })
    expect(mapped.record).toEqual({ case: { amount: '9007199254740993.01', title: '9007199254740993' } })
    expect(mapped.own[0]!.normalized).toBe('3301060000000202605060231')
    expect(mapped.flaws).toEqual([])
  })

  test('as numbers they have lost digits: nothing is made of them', () => {
    const set = 'case.title: /a\ncase.amount: /b\ncase.tags: [/c]\ncase.occurredOn: /d'
    expect(result(set, { no: unsafe, a: unsafe, b: 1e25, c: [7, -unsafe], d: unsafe })).toEqual({
      record: { case: { tags: ['7'] } },
      flaws: ['/no', '/a', '/b', '/c/1', '/d'].map(p => `${p} UNSAFE_NUMBER`),
    })
  })

  test('a whole number of 53 bits takes no more than it can hold', () => {
    const set = 'proceeding.serial: /a'
    expect(result(set, { a: '9007199254740991' }).record).toEqual({ proceeding: { serial: 9007199254740991 } })
    for (const a of ['9007199254740992', '-9007199254740993', unsafe])
      expect(result(set, { a })).toEqual({ record: {}, flaws: ['/a NOT_A_NUMBER'] })
  })

  test('no digits are so many that they become infinite', () => {
    const a = '9'.repeat(400)
    expect(result('case.lon: /a', { a })).toEqual({ record: {}, flaws: ['/a NOT_A_NUMBER'] })
    expect(result('/n: { path: /a, number: text }', { a: 1e21 }, 'outbound')).toEqual({
      record: {},
      flaws: ['/a NOT_A_NUMBER'],
    })
  })

  test('an id step refuses a serial that lost digits', () => {
    expect(result('case.title: { path: /a, id: platform-event }', { a: unsafe })).toEqual({
      record: {},
      flaws: ['/a UNSAFE_NUMBER'],
    })
  })
})

test('the greatest of elements is found among objects that cannot be made text', () => {
  const l = [{ n: { toString: 1 }, s: 'a' }, { n: 2, s: 'b' }, { n: [1], s: 'c' }, { s: 'd' }]
  expect(result('case.title: { pick: /l, by: /n, value: /s }', { l }).record).toEqual({ case: { title: 'b' } })
})

describe('a time made of other rules', () => {
  test('that cannot be read is told at the place it came from', () => {
    const bad = { a: '不详', l: [{ t: '昨天' }, { t: '前天' }], m: ['上午'] }
    const made = (of: string) => result(`proceeding.openedAt: { of: ${of}, time: true }`, bad)
    for (const [of, place] of [
      ['/a', '/a'],
      ['[/b, /a]', '/a'],
      ['{ path: [/b, /a] }', '/a'],
      ['{ pick: /l, last: true, value: /t }', '/l/1/t'],
      ['{ pick: /m }', '/m/0'],
      ['{ of: { pick: /m }, when: { path: /a, present: true } }', '/m/0'],
      ['{ pick: /l, value: [/u, { path: /t, when: { path: /t, present: true } }] }', '/l/0/t'],
      ['{ concat: [{ pick: /m }, "点"] }', '/m/0'],
      ['{ join: [[/b, /a], /c] }', '/a'],
      ['{ pick: { split: { pick: /m }, on: 午 }, value: "" }', '/m/0'],
    ] as const)
      expect([of, made(of)]).toEqual([of, { record: {}, flaws: [`${place} NOT_A_DATE`] }])
  })

  test('that is wrong twice is two flaws', () => {
    const rules =
      'proceeding.openedAt: { of: { pick: /l }, time: true }\ncase.occurredOn: { of: { pick: /m }, date: true }'
    expect(result(rules, { l: ['昨天'], m: ['前天'] }).flaws).toEqual(['/l/0 NOT_A_DATE', '/m/0 NOT_A_DATE'])
  })
})
