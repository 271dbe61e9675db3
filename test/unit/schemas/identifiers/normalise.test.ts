import { describe, expect, test } from 'vitest'
import { partKey } from '#schemas/identifiers/index.ts'
import { hangzhou, realIdentifiers } from '../../../helpers/identifiers.ts'

const ids = realIdentifiers()
const of = (value: string, family?: string) => ids.normalise(value, hangzhou, family)

// Every number quoted in the domain report, as it stands there.
const samples: [string, string, string][] = [
  ['MT33010620260302000017', 'mt', 'MT33010620260302000017'],
  ['HZSDH20260012345', 'hotline-province', 'HZSDH20260012345'],
  ['HZSDH20260034567', 'hotline-province', 'HZSDH20260034567'],
  ['HZDH20210528210013', 'hotline-province', 'HZDH20210528210013'],
  ['XH2026030200087', 'hotline-county', 'XH2026030200087'],
  ['3301060042026030200017', 'platform-event', '3301060042026030200017'],
  ['3301060042026040500003', 'platform-event', '3301060042026040500003'],
  ['3301060000000202605060231', 'consumer', '3301060000000202605060231'],
  ['(2021)川0104民诉前调801号', 'court', '(2021)川0104民诉前调801号'],
  ['（2024）浙02民诉前调595号', 'court', '(2024)浙02民诉前调595号'],
  ['（2026）浙0106诉前调确88号', 'court', '(2026)浙0106诉前调确88号'],
  ['(2021)川01财保17号', 'court', '(2021)川01财保17号'],
  ['（2026）浙0106民诉前调1234号', 'court', '(2026)浙0106民诉前调1234号'],
  ['（2025）浙0106民初9876号', 'court', '(2025)浙0106民初9876号'],
  ['(2015)青民初字第89号', 'court-old', '(2015)青民初字第89号'],
  ['浙杭西湖劳人仲案[2026]0123号', 'labour-arbitration', '浙杭西湖劳人仲案(2026)123号'],
  ['浙杭劳人仲案字〔2022〕第9号', 'labour-arbitration', '浙杭劳人仲案(2022)9号'],
  ['浙永嘉劳人仲案（2025）12号', 'labour-arbitration', '浙永嘉劳人仲案(2025)12号'],
  ['浙甬海曙劳人仲案（2019）668号', 'labour-arbitration', '浙甬海曙劳人仲案(2019)668号'],
  ['杭西检控申〔2026〕12号', 'procuratorate-document', '杭西检控申(2026)12号'],
  ['RT330106202604050012', 'people-mediation', 'RT330106202604050012'],
  ['（2026）杭西西溪调字第012号', 'people-mediation-agreement', '(2026)杭西西溪调字第12号'],
  ['XF330106202606010009', 'petition', 'XF330106202606010009'],
  ['JC3301062026070003', 'procuratorate-intake', 'JC3301062026070003'],
]

describe('numbers quoted in the domain report', () => {
  test.each(samples)('%s is of family %s, written %s', (value, family, normalized) => {
    expect(of(value)).toMatchObject({ family, normalized })
  })
})

describe('one number in many spellings', () => {
  test('brackets and leading zeros give one key', () => {
    const keys = [
      '浙杭西湖劳人仲案[2026]0123号',
      '浙杭西湖劳人仲案〔2026〕123号',
      '浙杭西湖劳人仲案（2026） 第 123 号',
      '浙杭西湖劳人仲字【2026】123号',
      '浙杭西湖劳仲案字(2026)123号',
    ]
    expect(new Set(keys.map(k => of(k)?.numberKey))).toEqual(new Set(['35763d11-63f2-5e8b-9565-b6ed281e072a']))
  })

  test('a missing province is supplied inside Zhejiang only', () => {
    expect(of('杭西湖劳人仲案(2026)123号')?.normalized).toBe('浙杭西湖劳人仲案(2026)123号')
    expect(ids.normalise('杭西湖劳人仲案(2026)123号', { system: 'x', area6: '510104' })?.normalized).toBe(
      '杭西湖劳人仲案(2026)123号',
    )
  })

  test('only the serial loses its zeros: 浙0199 keeps its own', () => {
    expect(of('（2021）浙0199财保007号')?.normalized).toBe('(2021)浙0199财保7号')
  })

  test('full-width and lower-case letters read the same', () => {
    expect(of('ｈｚＳＤＨ２０２６００１２３４５')?.numberKey).toBe(of('HZSDH20260012345')?.numberKey)
  })
})

describe('scopes', () => {
  test('the letters of a hotline never name the city: the issuing prefecture does', () => {
    const huzhou = ids.normalise('HZDH20210528210013', { system: 'x', area6: '330502' })
    expect(huzhou?.scopeValue).toBe('HZ3305')
    expect(of('HZDH20210528210013')?.scopeValue).toBe('HZ3301')
    expect(huzhou?.numberKey).not.toBe(of('HZDH20210528210013')?.numberKey)
  })

  test('a county hotline number is unique in its area only', () => {
    const other = ids.normalise('XH2026030200087', { system: 'north', area6: '330109' })
    expect(other?.numberKey).not.toBe(of('XH2026030200087')?.numberKey)
  })

  test('a serial without shape needs its family named, and is unique in its scope', () => {
    expect(of('20260001')).toBeNull()
    expect(of('20260001', 'platform-event')).toMatchObject({ scope: 'system', scopeValue: 'north' })
    expect(of('20260001', 'petition')).toMatchObject({ scope: 'area', scopeValue: '330106' })
    expect(of('20260001', 'court')).toBeNull()
  })

  test('a grid report cited by another system of the same area has the same key', () => {
    const there = ids.normalise('0a1b2c', { system: 'south', area6: '330106' }, 'grid')
    expect(there?.numberKey).toBe(of('0a1b2c', 'grid')?.numberKey)
  })

  test('a number that needs an area is no number without one', () => {
    expect(ids.normalise('XH2026030200087', { system: 'x' })).toBeNull()
  })
})

describe('what is no number', () => {
  test.each([
    '',
    '无',
    '12345',
    '3301060000000202613990231',
    '9901060042026030200017',
    '(2015)青某某字第89号',
    '1e25',
    'x'.repeat(500),
  ])('%s', value => {
    expect(of(value)).toBeNull()
  })

  test('调字 is mediation, never an old-style court number', () => {
    expect(of('(2026)杭西西溪调字第12号')?.family).toBe('people-mediation-agreement')
  })

  test('an unknown family is never matched', () => {
    expect(of('HZSDH20260012345', 'nothing')).toBeNull()
  })
})

test('a part of a number has a key of its own', () => {
  const name = of('3301060000000202605060231')!
  expect(partKey(name, 'report')).not.toBe(name.numberKey)
  expect(partKey(name, 'report')).toBe(partKey(name, 'report'))
})
