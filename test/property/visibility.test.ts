// The law of domain.md 9.12: whatever the event, nobody sees a personal field that the table does not give to their purpose.
// The expectations are written out here a second time on purpose; they do not read the profile table.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createViewer } from '#gateway/deliver/visible.ts'
import { type RouteDeps, routeRecord } from '#gateway/route/stage.ts'
import type { Assignment, CaseRecord, Party, ProceedingRef, SealedPart, SealedParty } from '#schemas/canonical/types.ts'
import type { Purpose } from '#schemas/files.ts'
import type { Decision } from '#schemas/profiles.ts'
import { caseCodec, caseRecordSchema, machine, sealedPartSchema } from '../helpers/records.ts'
import {
  assignment,
  event,
  inRecord,
  party,
  proceeding,
  subscription,
  system,
  table,
} from '../unit/gateway/route/sketch.ts'

/** Classes of which a purpose may at most see whole values. */
const mayShow: Record<Purpose, readonly string[]> = {
  HANDLE: ['S2'],
  ASSIST: ['S2'],
  ADJUDICATE: ['S2', 'S3'],
  MEDIATE: ['S2'],
  COORDINATE: ['S2'],
  SUPERVISE: [],
  STATS: [],
}
const needPart: readonly Purpose[] = ['HANDLE', 'ASSIST', 'ADJUDICATE', 'MEDIATE']

const s2: (keyof SealedPart)[] = ['title', 'summary', 'place', 'result', 'returnReason', 'remark']
const s4: (keyof SealedPart)[] = ['undisputedFacts', 'riskLevel', 'threat', 'opinion', 'note']
const partyS2: (keyof SealedParty)[] = [
  'name',
  'legalRep',
  'sex',
  'education',
  'personKind',
  'phone',
  'employer',
  'household',
  'occupation',
  'age',
]
const partyS3: (keyof SealedParty)[] = ['certNo', 'blindIndex', 'nation', 'address']

interface Canary {
  readonly text: string
  readonly cls: string
  readonly field: string
  readonly partyRef?: string
}

function planted(refs: readonly string[]): { part: SealedPart; canaries: Canary[] } {
  const canaries: Canary[] = []
  let n = 0
  const plant = (cls: string, field: string, partyRef?: string): string => {
    n += 1
    const text = `密${String(n).padStart(3, '0')}金丝雀${n * 7919}号`
    canaries.push({ text, cls, field, ...(partyRef ? { partyRef } : {}) })
    return text
  }
  const fields = (names: readonly string[], cls: string, ref?: string) =>
    Object.fromEntries(names.map(name => [name, plant(cls, name, ref)]))
  const parties = refs.map(
    ref =>
      ({
        partyRef: ref,
        role: plant('S4', 'role', ref),
        birthDate: null,
        minor: false,
        vulnerable: [plant('S3', 'vulnerable', ref)],
        ...fields(partyS2, 'S2', ref),
        ...fields(partyS3, 'S3', ref),
      }) as unknown as SealedParty,
  )
  const part = {
    lon: null,
    lat: null,
    requests: [plant('S2', 'requests')],
    content: plant('S3', 'content'),
    parties,
    persons: [{ role: 'HANDLER', name: plant('S2', 'persons.name'), phone: plant('S2', 'persons.phone') }],
    files: [{ id: 'a1', name: plant('S2', 'files.name') }],
    ...fields(s2, 'S2'),
    ...fields(s4, 'S4'),
  } as unknown as SealedPart
  return { part, canaries }
}

const purposes = Object.keys(mayShow) as Purpose[]
const statuses = ['REGISTERED', 'ACCEPTED', 'MEDIATING', 'RETURNED', 'TRANSFERRED', 'CLOSED', 'REJECTED', 'UNKNOWN']
const kinds = ['HOTLINE', 'GRID_EVENT', 'ARBITRATION', 'LITIGATION', 'PEOPLE_MEDIATION', 'COORDINATION']

const partyArb = fc.record({
  role: fc.constantFrom('APPLICANT', 'RESPONDENT', 'PROTECTED', 'UNKNOWN'),
  wantsSecrecy: fc.boolean(),
  uscc: fc.constantFrom(null, '91330199X00000019W'),
})
const assignmentArb = fc.record({
  code: fc.constantFrom('UNIT', 'OTHER', null),
  area: fc.constantFrom('330106004000', '330107000000', null),
  action: fc.constantFrom('DISPATCH', 'COPY', 'DELEGATE'),
  lead: fc.boolean(),
  returnedAt: fc.constantFrom(null, 5),
  finishedAt: fc.constantFrom(null, 5),
})
const worldArb = fc.record({
  purpose: fc.constantFrom(...purposes),
  parties: fc.array(partyArb, { maxLength: 3 }),
  assignments: fc.array(assignmentArb, { maxLength: 3 }),
  own: fc.array(fc.record({ status: fc.constantFrom(...statuses), kind: fc.constantFrom(...kinds) }), { maxLength: 2 }),
  status: fc.constantFrom(...statuses),
  serves: fc.subarray(['UNIT', '330106', '91330199X00000019W']),
})
type World = typeof worldArb extends fc.Arbitrary<infer T> ? T : never

function see(world: World): { shown: string; canaries: Canary[]; decision: Decision; record: CaseRecord } {
  const parties: Party[] = world.parties.map((one, i) => party(`p${i + 1}`, one))
  const assignments: Assignment[] = world.assignments.map(({ code, area, ...one }, i) =>
    assignment({ ...one, assignmentId: `s${i}`, to: { code, area, name: null, level: null, line: null } }),
  )
  const own: ProceedingRef[] = world.own.map(one => proceeding('unit', one.status, one.kind))
  const record = event({ parties, assignments, proceedings: [proceeding('sender'), ...own], status: world.status })
  const one = subscription('unit', world.purpose)
  const deps: RouteDeps = {
    subscriptions: [one],
    systems: [system('sender'), system('unit', { serves: world.serves })],
    table,
    machine,
    decode: bytes => caseCodec.decode(bytes),
    outTopic: String,
  }
  const [out] = routeRecord(deps, inRecord(record))
  const decision = JSON.parse(out!.headers!.hub_decision!) as Decision
  const { part, canaries } = planted(parties.map(p => p.partyRef))
  const viewer = createViewer({ open: caseRecordSchema, sealed: sealedPartSchema }, table, () => new Date(0))
  // The header is looked at too: no decision may carry a personal value.
  const shown = JSON.stringify([viewer.see(record, part, decision, one), out!.headers])
  return { shown, canaries, decision, record }
}

describe('what a subscription sees', () => {
  it('is never more than its purpose allows', () => {
    fc.assert(
      fc.property(worldArb, world => {
        const { shown, canaries, decision } = see(world)
        const seen = canaries.filter(one => shown.includes(one.text))
        const allowed = mayShow[world.purpose]
        // The unit that examines a report learns the true role of the one who made it (9.12).
        const examines = world.purpose === 'HANDLE' && decision.handover !== null
        expect(seen.filter(one => !allowed.includes(one.cls) && !(one.field === 'role' && examines))).toEqual([])
      }),
      { numRuns: 400 },
    )
  })

  it('is what STATS sees where the purpose has no part in the case', () => {
    fc.assert(
      fc.property(worldArb, fc.constantFrom(...needPart), (world, purpose) => {
        const { shown, canaries } = see({ ...world, purpose, own: [], assignments: [] })
        expect(canaries.filter(one => shown.includes(one.text))).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  it('never holds anything of a protected party but for the unit that examines the report', () => {
    fc.assert(
      fc.property(worldArb, world => {
        const { shown, canaries, decision, record } = see(world)
        const examines = world.purpose === 'HANDLE' && decision.handover !== null && decision.as === 'HANDLE'
        const hidden = record.parties.filter(
          one =>
            (one.role === 'PROTECTED' && !examines) ||
            (one.wantsSecrecy && decision.as !== 'HANDLE' && one.role !== 'PROTECTED'),
        )
        const refs = hidden.map(one => one.partyRef)
        expect(canaries.filter(one => one.partyRef && refs.includes(one.partyRef) && shown.includes(one.text))).toEqual(
          [],
        )
      }),
      { numRuns: 400 },
    )
  })

  it('never holds the blind index or another unit’s mediation note', () => {
    fc.assert(
      fc.property(worldArb, world => {
        const { shown, canaries } = see(world)
        const never = canaries.filter(one =>
          ['blindIndex', 'note', 'opinion', 'threat', 'riskLevel'].includes(one.field),
        )
        expect(never.filter(one => shown.includes(one.text))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })
})
