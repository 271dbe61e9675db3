import { describe, expect, it } from 'vitest'
import { compare, openPlaces, resultOf } from '#gateway/shadow/compare.ts'
import { Tally } from '#gateway/shadow/tally.ts'
import { classesOf } from '#schemas/canonical/target.ts'
import type { SealedPart } from '#schemas/canonical/types.ts'
import { HubError } from '#schemas/errors.ts'
import { caseRecordSchema, message, numberRef } from '../../../helpers/records.ts'

const isOpen = openPlaces(classesOf(caseRecordSchema))
const numbers = { system: 'toy', own: [numberRef('mt', 'MT1')], text: 'same' }

function made(record: Record<string, unknown>, personal: object | null = null) {
  const one = message({ ...numbers, record })
  one.envelope.messageId = 'm'
  one.envelope.receivedAt = 1
  return { records: [{ record: one, personal: personal as SealedPart | null }] }
}

const person = (name: string, certNo: string | null = null) => ({
  summary: null,
  parties: [{ partyRef: 'p1', name, certNo }],
})
const party = { parties: [{ role: 'APPLICANT', type: 'NATURAL' }] }

describe('two results of one message', () => {
  it('are the same although the version of the mapping is another', () => {
    const [old, next] = [made({}), made({})]
    next.records[0]!.record.envelope.mapping = 'toy/case@2'
    next.records[0]!.record.envelope.tables = ['status@2']
    expect(compare(old, next, isOpen)).toEqual([])
  })

  it('show codes, and of anything else only that it differs', () => {
    const before = made(
      { ...party, proceeding: { status: 'REGISTERED', result: 'A' }, case: { tags: ['x'] } },
      person('虚甲一'),
    )
    const after = made(
      { ...party, proceeding: { status: 'ACCEPTED', result: 'B' } },
      person('虚甲二', '330199190005060066'),
    )
    const changes = compare(before, after, isOpen)
    expect(changes).toEqual([
      { path: 'case.tags[]', kind: 'goes', shown: ['x', null] },
      { path: 'proceeding.status', kind: 'changed', shown: ['REGISTERED', 'ACCEPTED'] },
      { path: 'proceeding.result', kind: 'changed' },
      { path: 'parties[].name', kind: 'changed' },
      { path: 'parties[].certNo', kind: 'appears' },
    ])
    expect(JSON.stringify(changes)).not.toMatch(/虚甲|330199/)
  })

  it('differ once a place, whole objects by their fields', () => {
    const before = made({ mediation: { sessions: [{ mode: 'A' }, { mode: 'B' }] } })
    const changes = compare(before, made({ mediation: { sessions: [{ mode: 'C' }, { mode: 'D' }] } }), isOpen)
    expect(changes).toEqual([{ path: 'mediation.sessions[].mode', kind: 'changed', shown: ['A', 'C'] }])
    expect(compare(made({}), before, isOpen)).toEqual([
      { path: 'mediation.sessions[].mode', kind: 'appears', shown: [null, 'A'] },
    ])
  })

  it('differ in flaws by rule and place, in whatever order they stand', () => {
    const [before, after] = [made({}), made({})]
    const flaw = (pointer: string, rule: string) => ({ pointer, rule, table: null })
    before.records[0]!.record.envelope.flaws = [flaw('/a', 'CUT'), flaw('/steps/0/x', 'NOT_A_DATE')]
    after.records[0]!.record.envelope.flaws = [
      flaw('/zt', 'UNKNOWN_CODE'),
      flaw('/steps/3/x', 'NOT_A_DATE'),
      flaw('/a', 'CUT'),
    ]
    expect(compare(before, after, isOpen)).toEqual([{ path: 'flaws UNKNOWN_CODE /zt', kind: 'appears' }])
  })

  it('differ when a message fails that did not, when records are more, and not when both fail alike', () => {
    const fails = resultOf(() => {
      throw new HubError('HUB_MAP_NO_OWN_NUMBER')
    })
    expect(compare(made({}), fails, isOpen)).toEqual([
      { path: 'outcome', kind: 'changed', shown: ['mapped', 'HUB_MAP_NO_OWN_NUMBER'] },
    ])
    expect(compare(fails, made({}), isOpen)[0]!.shown).toEqual(['HUB_MAP_NO_OWN_NUMBER', 'mapped'])
    expect(compare(fails, fails, isOpen)).toEqual([])
    const two = { records: [...made({}).records, ...made({}).records] }
    expect(compare(made({}), two, isOpen)).toEqual([{ path: 'records', kind: 'changed', shown: [1, 2] }])
    expect(() => resultOf(() => JSON.parse('{'))).toThrow(SyntaxError)
  })
})

it('counts differences by place, what fails first, the most frequent values and a few messages', () => {
  const tally = new Tally()
  const status = (after: string) => [{ path: 'proceeding.status', kind: 'changed', shown: ['A', after] }] as const
  for (let n = 0; n < 5; n++) tally.add(`m${n}`, status(n < 3 ? 'B' : 'C'))
  tally.add('m5', [{ path: 'outcome', kind: 'changed', shown: ['mapped', 'HUB_MAP_NO_OWN_NUMBER'] }])
  tally.add('m6', [{ path: 'parties[].name', kind: 'appears' }])
  expect(tally.differences()).toEqual([
    expect.objectContaining({ path: 'outcome', messages: 1 }),
    {
      path: 'proceeding.status',
      messages: 5,
      changed: 5,
      appears: 0,
      goes: 0,
      examples: ['m0', 'm1', 'm2'],
      values: [
        { before: 'A', after: 'B', messages: 3 },
        { before: 'A', after: 'C', messages: 2 },
      ],
    },
    expect.objectContaining({ path: 'parties[].name', appears: 1, values: [] }),
  ])
})
