import { describe, expect, test } from 'vitest'
import { compile, context, mapSet, result } from '../../../helpers/mapping.ts'

describe('sources', () => {
  test('a path reads by JSON pointer, lists by position', () => {
    expect(result('case.title: /a/b/1/c~1d', { a: { b: [{}, { 'c/d': 'x' }] } })).toEqual({
      record: { case: { title: 'x' } },
      flaws: [],
    })
  })

  test('missing, null, empty and blank values are absent', () => {
    for (const value of [undefined, null, '', ' \u3000\t'])
      expect(result('case.title: /a', { a: value })).toEqual({ record: {}, flaws: [] })
  })

  test('of several paths the first usable one wins, and the bad one leaves a flaw', () => {
    const set = 'case.amount: { path: [/a, /b], money: true }'
    expect(result(set, { a: '多', b: '5' })).toEqual({
      record: { case: { amount: '5.00' } },
      flaws: ['/a NOT_A_NUMBER'],
    })
  })

  test('of several rules the first that gives a value wins', () => {
    const set = 'case.title: [{ path: /a, when: { path: /k, is: 1 } }, /b, { const: c }]'
    expect(result(set, { a: 'A', b: 'B', k: '1' }).record).toEqual({ case: { title: 'A' } })
    expect(result(set, { a: 'A', b: 'B' }).record).toEqual({ case: { title: 'B' } })
    expect(result(set, {}).record).toEqual({ case: { title: 'c' } })
  })

  test('concat puts text together and is absent when all its paths are', () => {
    const set = "case.title: { concat: [/a, ' (', /b, ')'] }"
    expect(result(set, { a: '甲' }).record).toEqual({ case: { title: '甲 ()' } })
    expect(result(set, {}).record).toEqual({})
  })

  test('join joins what is there, of paths or of a list', () => {
    expect(result("case.title: { join: [/a, /b, /c], with: '、' }", { a: '甲', c: '丙' }).record).toEqual({
      case: { title: '甲、丙' },
    })
    expect(result("case.title: { join: /l, with: '、' }", { l: ['甲', ' ', 7] }).record).toEqual({
      case: { title: '甲、7' },
    })
  })

  test('split cuts a comma list, half- and full-width', () => {
    expect(result('case.tags: { split: /a }', { a: '甲,乙，丙、 丁;;' }).record).toEqual({
      case: { tags: ['甲', '乙', '丙', '丁'] },
    })
  })

  test('each makes objects; one with constants only is left out; a single value counts as a list', () => {
    const set = 'parties: { each: /l, set: { role: { const: R }, name: /xm } }'
    expect(result(set, { l: [{ xm: '虚甲一' }, {}, null] }).record).toEqual({
      parties: [{ role: 'R', name: '虚甲一' }],
    })
    expect(result(set, { l: { xm: '虚甲一' } }).record).toEqual({ parties: [{ role: 'R', name: '虚甲一' }] })
    expect(result(set, { l: ['x'] })).toEqual({ record: {}, flaws: ['/l/0 NOT_A_RECORD'] })
  })

  test('each reads from the message with $/ and from the context with @/', () => {
    const set =
      'parties: { each: /l, where: { path: /t, is: p }, set: { role: @/system, name: /n, phone: $/tel } }'.replace(
        '@/system',
        "'@/system'",
      )
    const input = {
      tel: '1',
      l: [
        { n: '甲', t: 'p' },
        { n: '乙', t: 'q' },
      ],
    }
    expect(result(set, input).record).toEqual({ parties: [{ role: 'north', name: '甲', phone: '1' }] })
  })

  test('zip sets columns side by side and points at the right column', () => {
    const set =
      'parties: { each: { zip: { name: { split: /names }, phone: { split: /tels } } }, set: { name: /name, phone: { path: /phone, call: phone } } }'
    expect(result(set, { names: '虚甲一,虚乙二', tels: '0571-00000001,无' })).toEqual({
      record: { parties: [{ name: '虚甲一', phone: '0571-00000001' }, { name: '虚乙二' }] },
      flaws: ['/tels NOT_A_PHONE'],
    })
  })

  test('pick takes the first, the last or the greatest that fits', () => {
    const input = {
      l: [
        { n: 2, s: 'a' },
        { n: 10, s: 'b' },
        { n: 9, s: 'c' },
        { s: 'd', off: '1' },
      ],
    }
    expect(result('case.title: { pick: /l, value: /s }', input).record).toEqual({ case: { title: 'a' } })
    expect(
      result('case.title: { pick: /l, last: true, where: { path: /off, present: false }, value: /s }', input).record,
    ).toEqual({ case: { title: 'c' } })
    expect(result('case.title: { pick: /l, by: /n, value: /s }', input).record).toEqual({ case: { title: 'b' } })
    expect(result('case.title: { pick: /l, where: { path: /s, is: z }, value: /s }', input).record).toEqual({})
  })

  test('list puts elements and lists together', () => {
    const set =
      'parties:\n  list:\n    - { each: /a, set: { name: /n } }\n    - { set: { role: { const: R }, name: /against } }\n    - { set: { role: { const: Z }, name: /gone } }'
    expect(result(set, { a: [{ n: '甲' }], against: '乙' }).record).toEqual({
      parties: [{ name: '甲' }, { role: 'R', name: '乙' }],
    })
  })

  test('a flaw in an element points at it', () => {
    const set =
      'parties: { each: /l, set: { certNo: { path: /z, call: id-card }, birth: { path: /z, call: [id-card, id-card-birth] } } }'
    expect(result(set, { l: [{ z: '330199190001010010' }, { z: '330199190001010011' }] })).toEqual({
      record: { parties: [{ certNo: '330199190001010010', birth: '1900-01-01' }] },
      flaws: ['/l/1/z BAD_CHECK_DIGIT'],
    })
  })
})

describe('kinds and steps', () => {
  test('without a step the target decides', () => {
    const set =
      'case.amount: /a\ncase.people: /p\ncase.urgent: /u\ncase.occurredOn: /d\nproceeding.openedAt: /t\nproceeding.since: /t\ncase.tags: /l\nproceeding.serial: /s'
    const input = { a: '186400', p: '12', u: '1', d: '20260302', t: '2026-03-02 09:14:07', l: ['x', null, 7], s: 33 }
    expect(result(set, input)).toEqual({
      record: {
        case: { amount: '186400.00', people: 12, urgent: true, occurredOn: '2026-03-02', tags: ['x', '7'] },
        proceeding: { openedAt: 1772414047000, since: { at: 1772414047000, raw: '2026-03-02 09:14:07' }, serial: 33 },
      },
      flaws: [],
    })
  })

  test('an object where text is due leaves the field absent', () => {
    expect(result('case.title: /a', { a: { b: 1 } })).toEqual({ record: {}, flaws: ['/a NOT_TEXT'] })
  })

  test('default fills what is absent, as constant or as rule', () => {
    expect(result('case.title: { path: /a, default: 无题 }', {}).record).toEqual({ case: { title: '无题' } })
    expect(result('case.title: { path: /a, default: /b }', { b: 'B' }).record).toEqual({ case: { title: 'B' } })
  })

  test('required tells what is missing at the target', () => {
    expect(result('/no: { path: /a, required: true }', {}, 'outbound').flaws).toEqual(['/no MISSING'])
    expect(
      result('/no: { path: /a, required: true, when: { path: /b, present: true } }', {}, 'outbound').flaws,
    ).toEqual([])
  })

  test('id gives the normalised number', () => {
    expect(result('case.title: { path: /a, id: true }', { a: '浙杭西湖劳人仲案[2026]0123号' }).record).toEqual({
      case: { title: '浙杭西湖劳人仲案(2026)123号' },
    })
    expect(result('case.title: { path: /a, id: court }', { a: 'x' })).toEqual({
      record: {},
      flaws: ['/a NOT_AN_IDENTIFIER'],
    })
  })

  test('cut counts characters or bytes and says so', () => {
    expect(result('/t: { path: /a, cut: 4 }', { a: '一二三四五' }, 'outbound')).toEqual({
      record: { t: '一二三…' },
      flaws: ['/a CUT'],
    })
    expect(result('/t: { path: /a, cut: 5 }', { a: '一二三四五' }, 'outbound')).toEqual({
      record: { t: '一二三四五' },
      flaws: [],
    })
    expect(
      result("/t: { path: /a, cut: { max: 8, unit: bytes, mark: '' } }", { a: '一二三' }, 'outbound').record,
    ).toEqual({ t: '一二' })
    expect(result('/t: { path: /a, cut: { max: 5, unit: gb } }', { a: '一二三' }, 'outbound').record).toEqual({
      t: '一…',
    })
  })

  test('conditions compare folded text', () => {
    const set = (c: string) => `case.title: { const: yes, when: ${c} }`
    const input = { a: 101, b: ' ７ ', l: ['x'], t: '某工地欠薪', n: '12', e: '' }
    const holds = (c: string) => 'case' in (result(set(c), input).record as object)
    expect(
      [
        '{ path: /a, is: 101 }',
        "{ path: /a, is: '101' }",
        '{ path: /b, is: [1, 7] }',
        '{ path: /l, has: x }',
        '{ path: /t, has: [无, 欠薪] }',
        '{ path: /n, atLeast: 10 }',
        '{ path: /e, present: false }',
        '{ path: /zz, not: 1 }',
        '{ no: { path: /a, is: 1 } }',
        '{ all: [{ path: /a, is: 101 }, { any: [{ path: /a, is: 1 }, { path: /n, atLeast: 12 }] }] }',
      ].filter(c => !holds(c)),
    ).toEqual([])
    expect(
      [
        '{ path: /a, is: 10 }',
        '{ path: /l, has: y }',
        '{ path: /n, atLeast: 13 }',
        '{ path: /a, not: 101 }',
        '{ path: /zz, atLeast: 0 }',
      ].filter(holds),
    ).toEqual([])
  })
})

describe('tables', () => {
  test('an unknown code gives UNKNOWN, a flaw and the name of the table', () => {
    const mapped = mapSet('proceeding.status: { path: /st, table: status }', { st: '已派单' })
    expect(mapped.record).toEqual({ proceeding: { status: 'UNKNOWN' } })
    expect(mapped.flaws).toEqual([{ pointer: '/st', rule: 'UNKNOWN_CODE', table: 'status' }])
    expect(mapped.unknownCodes).toEqual([{ table: 'status', pointer: '/st' }])
  })

  test('else replaces the value, never the alarm', () => {
    const mapped = mapSet('proceeding.status: { path: /st, table: { name: status, else: OTHER } }', { st: 'x' })
    expect([mapped.record, mapped.unknownCodes.length]).toEqual([{ proceeding: { status: 'OTHER' } }, 1])
  })

  test('a full-width blank at the end does not hide a code', () => {
    expect(result('proceeding.status: { path: /st, table: status }', { st: '受理\u3000' }).record).toEqual({
      proceeding: { status: 'ACCEPTED' },
    })
  })

  test('another column is read into the kind of the target, lists are spread', () => {
    expect(
      result('case.urgent: { path: /st, table: { name: status, column: lossy, at: /d } }', { st: '7', d: '2025-06-01' })
        .record,
    ).toEqual({ case: { urgent: true } })
    expect(
      result('case.tags: { list: [{ path: /st, table: { name: status, column: tags } }, { const: LAST }] }', {
        st: '登记',
      }).record,
    ).toEqual({ case: { tags: ['NEW', 'FRESH', 'LAST'] } })
  })

  test('the day decides: of receipt, or the one named by at', () => {
    expect(result('proceeding.status: { path: /st, table: status }', { st: 7 }).record).toEqual({
      proceeding: { status: 'CLOSED' },
    })
    expect(
      result('proceeding.status: { path: /st, table: { name: status, at: /d } }', { st: 7, d: '2025-06-01 08:00:00' })
        .record,
    ).toEqual({ proceeding: { status: 'OPEN' } })
  })

  test('outbound a one-to-one table turns round', () => {
    expect(
      result('/zt: { path: /s, table: { name: kind, reverse: true } }', { s: 'REPORT' }, 'outbound').record,
    ).toEqual({ zt: '举报' })
  })
})

describe('outbound', () => {
  test('native targets are pointers, digits make lists without holes', () => {
    const set =
      "/xfj/xfrs: { path: /n, number: text }\n/steps/0/no: /gone\n/steps/1/no: /a\n/when: { path: /t, time: 'yyyy-MM-dd HH:mm:ss' }\n/day: { path: /t, date: yyyyMMdd }\n/b: { path: /u, boolean: { true: 是, false: 否 } }\n/m: { path: /m, money: number }"
    const input = { n: 12, a: 'A', t: 1772414047000, u: false, m: '186400.00' }
    expect(result(set, input, 'outbound').record).toEqual({
      xfj: { xfrs: '12' },
      steps: [{ no: 'A' }],
      when: '2026-03-02 09:14:07',
      day: '20260302',
      b: '否',
      m: 186400,
    })
  })

  test('values without a step pass as they are, texts cleaned', () => {
    expect(result('/a: /a\n/b: /b\n/c: /c', { a: ' x ', b: 7, c: [{ d: true }] }, 'outbound').record).toEqual({
      a: 'x',
      b: 7,
      c: [{ d: true }],
    })
  })
})

describe('numbers and records', () => {
  const number = (n: { value: string; kind: string | null }) => [n.value, n.kind]

  test('own numbers keep their order, cited ones never repeat an own one, a field beats text', () => {
    const mapping = compile(`from: { connector: x, message: y }
version: 1
own: [{ path: /p, kind: PROVINCE }, /c, { path: /local, family: petition, when: { path: /on, is: 1 } }]
cited: [{ text: /t }, /s, { each: /refs, path: /id }]
`)
    const input = {
      p: 'HZSDH20260012345',
      c: 'XH2026030200087',
      local: 'a7',
      on: 1,
      t: '见HZSDH20260012345和信访编号：HZSDH20260000009',
      s: 'HZSDH20260000009',
      refs: [{ id: 'MT33010620260302000017' }],
    }
    const [mapped] = mapping.map(input, context)
    expect(mapped!.own.map(number)).toEqual([
      ['HZSDH20260012345', 'PROVINCE'],
      ['XH2026030200087', null],
      ['a7', null],
    ])
    expect(mapped!.cited.map(c => [c.number.value, c.source, c.label])).toEqual([
      ['HZSDH20260000009', 'FIELD', null],
      ['MT33010620260302000017', 'FIELD', null],
    ])
  })

  test('no usable own number leaves own empty with a flaw; a number that lost digits is refused', () => {
    const mapping = compile('from: { connector: x, message: y }\nversion: 1\nown: [/no]\n')
    expect(mapping.map({ no: '??' }, context)[0]).toMatchObject({
      own: [],
      flaws: [{ pointer: '/no', rule: 'NOT_AN_IDENTIFIER' }],
    })
    expect(mapping.map({ no: Number('3301060000000202605060231') }, context)[0]).toMatchObject({
      own: [],
      flaws: [{ pointer: '/no', rule: 'UNSAFE_NUMBER' }],
    })
    expect(mapping.map(null, context)[0]).toMatchObject({ own: [], flaws: [], record: {} })
  })

  test('one message makes two records, each with its own part of the number and the shared set', () => {
    const mapping = compile(`from: { connector: x, message: y }
version: 1
own: [/no]
set: { case.title: /bt }
records:
  - { name: complaint, when: { path: /k, is: [1, 3] }, set: { proceeding.status: { const: A } } }
  - { name: report, when: { path: /k, is: [2, 3] }, own: [{ path: /no, part: report }], set: { proceeding.status: { const: B }, case.title: { const: own } } }
`)
    const both = mapping.map({ no: '3301060000000202605060231', bt: 'T', k: 3 }, context)
    expect(both.map(m => [m.name, m.record])).toEqual([
      ['complaint', { case: { title: 'T' }, proceeding: { status: 'A' } }],
      ['report', { case: { title: 'own' }, proceeding: { status: 'B' } }],
    ])
    expect(both[0]!.own[0]!.numberKey).not.toBe(both[1]!.own[0]!.numberKey)
    expect(mapping.map({ no: '3301060000000202605060231', k: 1 }, context).map(m => m.name)).toEqual(['complaint'])
    expect(mapping.map({ k: 9 }, context)).toEqual([])
  })

  test('two maps share nothing', () => {
    const mapping = compile(
      'from: { connector: x, message: y }\nversion: 1\nown: [/no]\nset: { case.tags: { const: [A] } }\n',
    )
    const first = mapping.map({}, context)[0]!.record as { case: { tags: string[] } }
    first.case.tags.push('B')
    expect(mapping.map({}, context)[0]!.record).toEqual({ case: { tags: ['A'] } })
  })
})

describe('nothing of a mapping or a message becomes code', () => {
  test('quotes, line ends and template marks in paths and constants stay text', () => {
    const odd = `a"'\`$\{1}\\\u2028b`
    const set = `case.title: { path: ${JSON.stringify(`/${odd}`)} }\nproceeding.status: { const: ${JSON.stringify(odd)} }`
    expect(result(set, { [odd]: 'x' }).record).toEqual({ case: { title: 'x' }, proceeding: { status: odd } })
  })

  test('inherited names are not read', () => {
    expect(result('case.title: /a/length\ncase.tags: /a/map', { a: ['x'] })).toEqual({ record: {}, flaws: [] })
    expect(result('case.title: /s/length', { s: 'text' })).toEqual({ record: {}, flaws: [] })
  })

  test('a constant named __proto__ is a plain field', () => {
    const { record } = result('/a: { const: { __proto__: { x: 1 } } }', {}, 'outbound')
    expect(Object.getPrototypeOf((record as { a: object }).a)).toBe(Object.prototype)
    expect(({} as { x?: number }).x).toBeUndefined()
  })
})

test('says what it reads and which tables it uses', () => {
  const mapping = compile(
    'from: { connector: x, message: y }\nversion: 2\nown: [/no]\nset: { proceeding.status: { path: /st, table: status }, parties: { each: /l, set: { name: /n, phone: $/tel } } }\n',
  )
  expect(mapping).toMatchObject({
    connector: 'x',
    message: 'y',
    version: 2,
    direction: 'inbound',
    reads: ['/l/*/n', '/no', '/st', '/tel'],
    tables: ['status@3'],
  })
})
