import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Json } from '#connectors/sdk.ts'
import { createDryRun } from '#gateway/explain/dry-run.ts'
import { demoConfig } from '#gateway/loader/config.ts'
import { loadConnector, loadWorld, titleTables } from '#gateway/loader/discover.ts'
import { openTitle } from '#gateway/open-title.ts'

const root = new URL('../../../..', import.meta.url).pathname
const id = 'court-odr'
const dir = join(root, 'connectors', id)
const world = loadWorld(root)
const connector = await loadConnector(root, dir, world)
const tables = titleTables(world)
const [system] = demoConfig([dir]).systems
const sample = JSON.parse(readFileSync(join(dir, 'samples/valid/c06-filing-applied.json'), 'utf8')) as {
  [name: string]: Json
}

function dryRun(more: object, follow = true, now = () => new Date('2026-07-21T02:00:00Z')) {
  const run = createDryRun({
    systems: new Map([[id, system!]]),
    connectors: () => new Map([[id, connector]]),
    openTitle: (said, at) => openTitle(tables, said, at),
    now,
  })
  return run(id, 'filing', { ...sample, ...more }, follow)
}

describe('a dry run', () => {
  it('gives the record with its numbers, open title and personal part, and the case in words', async () => {
    const { mapping, records, flaws, notMapped, allFields } = await dryRun({})
    expect([mapping, flaws, notMapped, allFields]).toEqual(['court-odr/filing@1', [], [], true])
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({
      openTitle: '消费及服务·2026-07',
      own: [
        { family: 'local', normalized: 'LA20260721000003#filing', numberKey: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      ],
      case: {
        en: 'the case of the proceeding that owns local LA20260721000003#filing; a new case when there is none. It names 2 other numbers, by which it may join their case',
        zh: '归入持有编号 local LA20260721000003#filing 的程序所在案件;没有则新建案件。报文另引用 2 个编号,可据此并入其所属案件',
      },
      record: { proceeding: { status: 'REGISTERED' }, sealed: null },
      personal: { summary: '健身房停业未退费。' },
    })
  })

  it('says where each field went, and of the others why they did not', async () => {
    const { fields } = await dryRun({ caseAmuont: '5' })
    const fate = (pointer: string) => fields.find(one => one.pointer === pointer)
    expect(fate('/courtCode')).toEqual({
      pointer: '/courtCode',
      state: 'mapped',
      to: [{ path: 'proceeding.orgOwner.code', value: '330106' }],
    })
    expect(fate('/filingId')!.to).toEqual([{ path: 'own[0]', value: 'local LA20260721000003#filing' }])
    expect(fate('/caseType')).toEqual({ pointer: '/caseType', state: 'unused', to: [] })
    expect(fate('/deliveryAddress')).toMatchObject({ state: 'ignored', why: expect.stringContaining('serves') })
    expect(fate('/caseAmuont')).toEqual({
      pointer: '/caseAmuont',
      state: 'forgotten',
      to: [],
      didYouMean: '/caseAmount',
    })
  })

  it('says what is wrong in both languages, with the code that may have been meant', async () => {
    const parties = [{ role: '申请人', name: '虚己六', sex: 'x' }]
    const { flaws, notMapped } = await dryRun({ reviewResult: '不予受里', applyTime: 'someday', parties, 张三: 1 })
    const inOrder = flaws.toSorted((a, b) => a.pointer.localeCompare(b.pointer))
    expect(inOrder).toEqual([
      expect.objectContaining({ pointer: '/applyTime', rule: 'NOT_A_DATE', zh: '日期时间格式无法识别,已舍弃' }),
      {
        pointer: '/parties/0/sex',
        rule: 'UNKNOWN_CODE',
        table: 'sex',
        en: 'the code is not in the value table; kept as unknown',
        zh: '代码不在代码表中,按未知处理',
      },
      expect.objectContaining({ pointer: '/reviewResult', table: 'review', didYouMean: '不予受理' }),
    ])
    expect(notMapped).toEqual([{ pointer: '/?' }])
  })

  it('follows fields as long as it has time, and says when it stopped', async () => {
    let ms = 0
    const { fields, allFields } = await dryRun({}, true, () => new Date(ms++ * 200))
    expect([fields.length, allFields]).toEqual([2, false])
    expect(await dryRun({}, false)).toMatchObject({ fields: [], allFields: false, records: [{}] })
  })

  it('gives everybody else a turn meanwhile', async () => {
    let ms = 0
    let turns = 0
    const others = setInterval(() => turns++, 0)
    const { allFields } = await dryRun({}, true, () => new Date(ms++ * 10))
    clearInterval(others)
    expect([allFields, turns > 0]).toEqual([true, true])
  })

  it('refuses a message without a number of its own', async () => {
    const run = dryRun({ filingId: null, caseNo: '无' })
    await expect(run).rejects.toMatchObject({ code: 'HUB_MAP_NO_OWN_NUMBER' })
  })
})
