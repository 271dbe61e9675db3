import { describe, expect, it } from 'vitest'
import { involvementOf } from '#gateway/route/involvement.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { machine } from '../../../helpers/records.ts'
import { assignment, type EventSketch, event, proceeding, system, table } from './sketch.ts'

const unit = system('unit', { serves: ['UNIT'] })
const transfer = assignment({ action: 'TRANSFER' })

/** Ids of the hand-overs that give the unit a right. */
function rights(sketch: EventSketch, dispute: Partial<CaseRecord['case']> = {}): string[] {
  const record = event({ status: 'TRANSFERRED', assignments: [transfer], ...sketch })
  const deps = { systems: [system('sender'), unit], machine, noRight: table.noRight }
  const part = involvementOf(deps, { ...record, case: { ...record.case, ...dispute } }, unit)
  return part.handovers.map(one => one.assignmentId)
}

describe('a hand-over that ended its proceeding', () => {
  it.each(['TRANSFER', 'DELEGATE'])('gives its receiver a right when it is a %s', action => {
    expect(rights({ assignments: [assignment({ action })] })).toEqual(['s1'])
  })

  it('gives none to one who only had a task in what is now elsewhere', () => {
    expect(rights({ assignments: [assignment({ action: 'DISPATCH' })] })).toEqual([])
  })

  it.each(['ACCEPTED', 'CLOSED', 'RETURNED'])('gives none once the receiver has a proceeding that is %s', status => {
    expect(rights({ proceedings: [proceeding('sender', 'TRANSFERRED'), proceeding('unit', status)] })).toEqual([])
  })

  it('gives none after it was returned or the case closed', () => {
    expect(rights({ assignments: [{ ...transfer, returnedAt: 5 }] })).toEqual([])
    expect(rights({}, { closedAt: 5 })).toEqual([])
  })

  it('gives none where the proceeding ended in another way', () => {
    expect(rights({ status: 'CLOSED' })).toEqual([])
  })
})
