import { describe, expect, test } from 'vitest'
import { hangzhou, realIdentifiers } from '../../../helpers/identifiers.ts'

const ids = realIdentifiers()
const find = (text: string) =>
  ids.findInText(text, hangzhou).map(f => [f.normalized, f.label ?? '', text.slice(f.start, f.end)])

describe('numbers in running text', () => {
  test('the upstream number of a consumer complaint is found with its label', () => {
    const text = '（信访标题：[来电]浙江省杭州市；信访编号：HZSDH20260034567）健身卡退款……'
    expect(find(text)).toEqual([['HZSDH20260034567', '信访编号', 'HZSDH20260034567']])
  })

  test('the words before a number are never swallowed', () => {
    expect(find('申请人不服浙杭西湖劳人仲案[2026]0123号裁决')).toEqual([
      ['浙杭西湖劳人仲案(2026)123号', '', '浙杭西湖劳人仲案[2026]0123号'],
    ])
    expect(find('浙江人不服杭西湖劳人仲案(2026)3号')).toEqual([
      ['浙杭西湖劳人仲案(2026)3号', '', '杭西湖劳人仲案(2026)3号'],
    ])
    expect(find('本院收到杭西检控申〔2026〕12号函')).toEqual([['杭西检控申(2026)12号', '', '杭西检控申〔2026〕12号']])
  })

  test('without a known office, a label or 浙 a Han beginning is not guessed', () => {
    expect(find('据某某劳人仲案(2026)3号')).toEqual([])
    expect(find('案号：某某劳人仲案(2026)3号')).toEqual([['浙某某劳人仲案(2026)3号', '案号', '某某劳人仲案(2026)3号']])
  })

  test('blanks inside a court number do not hide it, blanks between numbers part them', () => {
    expect(find('见 (2026) 浙0106 民初 12 号')).toEqual([['(2026)浙0106民初12号', '', '(2026) 浙0106 民初 12 号']])
    expect(find('HZSDH20260012345 20260302')).toEqual([['HZSDH20260012345', '', 'HZSDH20260012345']])
  })

  test('a number inside a longer run of letters or digits is none', () => {
    expect(find('x33010600420260302000171234567')).toEqual([])
    expect(find('AHZSDH20260012345B')).toEqual([])
  })

  test('the 25 digits of a consumer number are found whole', () => {
    expect(find('登记编号:3301060000000202605060231。')).toEqual([
      ['3301060000000202605060231', '登记编号', '3301060000000202605060231'],
    ])
  })

  test('several numbers come in their order and do not overlap', () => {
    const text = '工单编号：HZSDH20260012345，仲裁案号：浙杭西湖劳人仲案〔2026〕123号，（2026）浙0106民诉前调1234号'
    expect(find(text).map(([normalized, label]) => [normalized, label])).toEqual([
      ['HZSDH20260012345', '工单编号'],
      ['浙杭西湖劳人仲案(2026)123号', '案号'],
      ['(2026)浙0106民诉前调1234号', ''],
    ])
  })

  test('positions are those of the text as sent, also after wide characters', () => {
    expect(find('😀①㈠ 编号ＨＺＳＤＨ20260012345')).toEqual([['HZSDH20260012345', '', 'ＨＺＳＤＨ20260012345']])
  })

  test('plain words give nothing', () => {
    expect(find('西溪街道某工地拖欠12名工人工资186400元，电话0571-00000001')).toEqual([])
  })
})
