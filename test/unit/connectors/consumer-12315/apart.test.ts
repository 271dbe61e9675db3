// Complaint and report in one submission: what must never meet.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { connectors, root } from '../../../helpers/connectors.ts'

const context = { system: 'consumer-12315', area6: '330106', prefecture4: '3301', today: '2026-05-06', receivedAt: 0 }

const connector = connectors.get('consumer-12315')!

function read(sample: string, more: object = {}) {
  const file = join(root, 'connectors', 'consumer-12315', 'samples', 'valid', `${sample}.json`)
  const native = { ...JSON.parse(readFileSync(file, 'utf8')), ...more }
  return connector.inbound.get('complaint')!.compiled.map(native, context)
}

type Party = { role: string; name: string }
const rolesOf = (record: object) => (record as { parties: Party[] }).parties.map(party => party.role)

describe('a submission of consumer-12315', () => {
  it('becomes two proceedings with numbers of their own', () => {
    const [complaint, report] = read('c14-both-apart')
    expect([complaint?.name, report?.name]).toEqual(['complaint', 'report'])
    expect(complaint?.own.map(one => one.normalized)).toEqual([
      '3301060000000202605060250',
      '3301060000000202605060250#complaint',
    ])
    expect(report?.own.map(one => one.normalized)).toEqual(['3301060000000202605060250#report'])
  })

  it('gives the report nothing by which it would join the case of the complaint', () => {
    const more = { wbajid: '2c5ea4c0-4067-5fe4-9bbf-9f1f2b0d3c11', fknr: '工单编号：HZSDH20260034601' }
    const [complaint, report] = read('c14-both-apart', more)
    expect(complaint?.cited.map(one => one.number.family)).toContain('hub-case')
    expect(report?.cited).toEqual([])
  })

  it('names who reports as REPORTER alone, in the report alone', () => {
    const [complaint, report] = read('c14-both-apart')
    expect(rolesOf(complaint!.record)).toEqual(['COMPLAINANT', 'RESPONDENT'])
    expect(rolesOf(report!.record)).toEqual(['REPORTER', 'RESPONDENT'])
    expect(read('c07-report').map(one => rolesOf(one.record))).toEqual([['REPORTER', 'RESPONDENT']])
  })

  it('hands the report to its own unit, never to the one that mediates or gets the complaint', () => {
    const more = { jbbm: '', jbbmdm: '', bjzt: '移送', yssj: '2026-06-30 10:00:00', ysdwdm: 'court-odr' }
    const [complaint, report] = read('c14-both-apart', more)
    expect(complaint?.record).toMatchObject({
      assignments: [{ to: { code: '330106109' } }, { to: { code: 'court-odr' } }],
    })
    expect(report?.record).not.toHaveProperty('assignments')
  })

  it('lets the complaint keep its state to itself', () => {
    const [complaint, report] = read('c15-both-closed', { jbzt: '' })
    expect(complaint?.record).toMatchObject({ proceeding: { status: 'CLOSED' } })
    expect(report?.record).toMatchObject({ proceeding: { kind: 'CONSUMER_REPORT', status: 'REGISTERED' } })
    expect(report?.record).not.toHaveProperty('proceeding.closedAt')
  })

  it('protects the person where nobody knows the kind', () => {
    const [one, ...more] = read('complaint-unknown-kind')
    expect(more).toEqual([])
    expect(rolesOf(one!.record)).toEqual(['REPORTER', 'RESPONDENT'])
    expect(one?.unknownCodes).toEqual([{ table: 'kind', pointer: '/xslx' }])
  })
})
