import { describe, expect, test } from 'vitest'
import { functions } from '#mappings/engine/index.ts'
import { result } from '../../../helpers/mapping.ts'

/** What the function makes of `value`, with the rules of its flaws. */
function call(name: string, value: unknown, ...args: unknown[]): unknown {
  const rules: string[] = []
  const made = functions[name]!.run(value, args, { today: '2026-03-02', flaw: rule => rules.push(rule) })
  return rules.length === 0 ? made : [made, ...rules]
}
const table = (name: string, rows: readonly (readonly [unknown, unknown])[]) =>
  expect(rows.map(([value]) => [value, call(name, value)])).toEqual(rows)

describe('identity numbers', () => {
  test('good, old and bad ones', () => {
    table('id-card', [
      ['330199190001010010', '330199190001010010'],
      ['３３０１９９　19000101007ｘ', '33019919000101007X'],
      ['330199190001010011', [undefined, 'BAD_CHECK_DIGIT']],
      ['330199190013010010', [undefined, 'BAD_CHECK_DIGIT']],
      ['33019919000101001', [undefined, 'BAD_CHECK_DIGIT']],
      ['330199000101001', ['330199000101001', 'UNVERIFIED_ID']],
      ['330199001301001', [undefined, 'BAD_CHECK_DIGIT']],
      ['无', [undefined, 'BAD_CHECK_DIGIT']],
    ])
  })

  test('birth and sex are read off good numbers only', () => {
    table('id-card-birth', [
      ['330199190001010010', '1900-01-01'],
      ['330199000229001', undefined],
      ['330199000228001', '1900-02-28'],
      ['330199190001010011', undefined],
    ])
    table('id-card-sex', [
      ['330199190001010010', '1'],
      ['330199000228002', '2'],
      ['330199190001010011', undefined],
    ])
  })
})

describe('codes and phones', () => {
  test('organisation codes', () => {
    table('uscc', [
      ['91330199x00000019w', '91330199X00000019W'],
      ['91330199X00000019V', [undefined, 'BAD_CHECK_DIGIT']],
      ['91330199I00000019W', [undefined, 'BAD_CHECK_DIGIT']],
      ['', [undefined, 'BAD_CHECK_DIGIT']],
    ])
  })

  test('phone numbers, several of them, labelled, and none', () => {
    table('phone', [
      ['0571-00000001', '0571-00000001'],
      ['０５７１－００００００１２', '0571-00000012'],
      ['电话:0571-00000001 转 12', '0571-00000001转12'],
      ['(0571)00000001/0571-00000001、0571-00000002', '057100000001,0571-00000001,0571-00000002'],
      ['+86 0571 00000001', '+86057100000001'],
      ['无,0571-00000003', '0571-00000003'],
      ['无', [undefined, 'NOT_A_PHONE']],
      ['0000000', [undefined, 'NOT_A_PHONE']],
      ['1234', [undefined, 'NOT_A_PHONE']],
      ['1'.repeat(21), [undefined, 'NOT_A_PHONE']],
    ])
  })
})

describe('age', () => {
  test('turns on the birthday itself', () => {
    table('minor', [
      ['2008-03-02', false],
      ['2008-03-03', true],
      ['2027-01-01', undefined],
      ['20080303', undefined],
    ])
    table('under-14', [
      ['2012-03-02', false],
      ['2012-03-03', true],
    ])
    expect(call('minor', '2008-03-03', '2026-03-03')).toBe(false)
  })

  test('of an element is counted on the day named, else on the day of receipt', () => {
    const set = 'parties: { each: /l, set: { minor: { path: /b, date: true } } }'
    const of = (rule: string) => set.replace('{ path: /b, date: true }', rule)
    const l = [{ b: '2008-03-03' }]
    expect(result(of('{ path: /b, call: minor }'), { l }).record).toEqual({ parties: [{ minor: true }] })
    expect(result(of('{ path: /b, call: minor, args: [$/d] }'), { l, d: '2026-03-03' }).record).toEqual({
      parties: [{ minor: false }],
    })
  })
})

describe('texts and lists', () => {
  test('names of a list', () => {
    table('names', [
      ['虚甲一,虚乙二、虚丙三等3人', ['虚甲一', '虚乙二', '虚丙三']],
      ['虚甲一 虚乙二', ['虚甲一', '虚乙二']],
      ['虚甲一；；虚乙二 等 12 户', ['虚甲一', '虚乙二']],
      ['A B', ['A B']],
      ['等3人', []],
    ])
  })

  test('case, digits, folding and counting', () => {
    table('lower', [['AbC', 'abc']])
    table('upper', [['AbC', 'ABC']])
    table('digits', [
      ['共１２人3', '123'],
      ['无', [undefined, 'NOT_A_NUMBER']],
    ])
    table('fold', [['Ａ　 Ｂ', 'A B']])
    table('html', [['<p> </p>', undefined]])
    table('count', [
      [['a', 'b'], 2],
      ['a', 1],
      ['', undefined],
      [null, undefined],
    ])
  })

  test('run one after the other; the arguments go to the last', () => {
    const set =
      'parties: { each: /l, set: { minor: { path: /z, call: [id-card, id-card-birth, minor], args: [$/d] } } }'
    const l = [{ z: '330199190001010010' }, { z: '330199190001010011' }]
    expect(result(set, { l, d: '1917-12-31' })).toEqual({
      record: { parties: [{ minor: true }] },
      flaws: ['/l/1/z BAD_CHECK_DIGIT'],
    })
  })

  test('a function for texts never sees anything else', () => {
    expect(result('parties: { each: /l, set: { phone: { path: /p, call: phone } } }', { l: [{ p: {} }] })).toEqual({
      record: {},
      flaws: ['/l/0/p NOT_TEXT'],
    })
    for (const name of Object.keys(functions)) if (name !== 'count') expect(call(name, { a: 1 })).toBeUndefined()
  })
})
