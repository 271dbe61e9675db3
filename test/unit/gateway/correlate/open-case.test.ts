import { beforeEach, describe, expect, it } from 'vitest'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { message, numberRef } from '../../../helpers/records.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk

beforeEach(() => {
  desk = openDesk()
})

const court = numberRef('court', '(2026)浙0106民诉前调1号')
const mediation = numberRef('people-mediation', 'RT330106202604050012')

/** How the case stands after a system said so of its proceeding. */
function caseAfter(system: string, status: string, record: Record<string, unknown> = {}): (string | null)[] {
  const words =
    system === 'court'
      ? { system, own: [court] }
      : { system, own: [mediation], cited: [court], kind: 'PEOPLE_MEDIATION' }
  const said: CaseRecord = desk.say(message({ ...words, status, record }))[0]!
  return [said.case.caseStatus, said.case.stage]
}

const handOver = (more: object = {}) => ({
  assignments: [{ assignmentId: 's1', action: 'DELEGATE', to: { code: 'mediators' }, sentAt: 1, ...more }],
})

describe('a returned proceeding', () => {
  it('leaves its case open when there is no other, and intake begins again', () => {
    expect(caseAfter('court', 'RETURNED')).toEqual(['OPEN', 'INTAKE'])
    expect(caseAfter('court', 'DISPATCHED')[0]).toBe('OPEN')
  })

  it('leaves its case open when it gave back what was handed on, and closed when the other proceeding ended', () => {
    caseAfter('court', 'TRANSFERRED', handOver())
    expect(caseAfter('mediators', 'RETURNED')[0]).toBe('OPEN')
    expect(caseAfter('court', 'CLOSED')[0]).toBe('CLOSED')
  })
})

describe('a case whose proceeding was handed on', () => {
  it('stays open until a proceeding joins, and then as long as that one is open', () => {
    caseAfter('court', 'ACCEPTED')
    expect(caseAfter('court', 'TRANSFERRED', handOver())).toEqual(['OPEN', 'LEGAL_PROCEDURE'])
    expect(caseAfter('mediators', 'ACCEPTED')).toEqual(['OPEN', 'LEGAL_PROCEDURE'])
    expect(caseAfter('mediators', 'CLOSED')[0]).toBe('CLOSED')
  })

  it.each([
    ['to nobody', {}],
    ['by a hand-over that was finished', handOver({ finishedAt: 2 })],
    ['by a hand-over of another kind', handOver({ action: 'DISPATCH' })],
  ])('is closed when it went %s', (_name, record) => {
    expect(caseAfter('court', 'TRANSFERRED', record)[0]).toBe('CLOSED')
  })
})
