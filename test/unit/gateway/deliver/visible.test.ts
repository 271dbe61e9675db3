import { describe, expect, it } from 'vitest'
import { masks } from '#gateway/deliver/masks.ts'
import { createViewer } from '#gateway/deliver/visible.ts'
import type { SealedPart, SealedParty } from '#schemas/canonical/types.ts'
import type { Subscription } from '#schemas/files.ts'
import type { ClassRules, Decision } from '#schemas/profiles.ts'
import { caseRecordSchema, sealedPartSchema } from '../../../helpers/records.ts'
import { event, party, subscription, table } from '../route/sketch.ts'

const viewer = createViewer(
  { open: caseRecordSchema, sealed: sealedPartSchema },
  table,
  () => new Date('2026-03-02T00:00:00Z'),
)

function sealedParty(more: Partial<SealedParty> = {}): SealedParty {
  return {
    partyRef: 'p1',
    role: null,
    name: '虚甲一',
    certNo: '330199190001010010',
    blindIndex: 'blind',
    legalRep: null,
    sex: '1',
    birthDate: '1900-01-01',
    minor: false,
    nation: '01',
    education: null,
    personKind: null,
    phone: '0571-00000001',
    address: '浙江省杭州市西湖区虚构街道1号',
    employer: '虚构厂',
    household: null,
    occupation: null,
    age: null,
    vulnerable: [],
    ...more,
  }
}

function sealedPart(more: Partial<SealedPart> = {}): SealedPart {
  return {
    title: '虚甲一讨薪',
    summary: '虚甲一（330199190001010010，0571-00000001）住浙江省杭州市西湖区虚构街道1号',
    place: '杭州市西湖区虚构街道2号',
    lon: 120.1,
    lat: 30.2,
    result: null,
    requests: [],
    returnReason: null,
    content: '裁决全文',
    undisputedFacts: null,
    riskLevel: 'HIGH',
    threat: null,
    opinion: '内部意见',
    note: '调解笔记',
    remark: null,
    parties: [sealedParty()],
    persons: [{ role: 'HANDLER', name: '虚丙三', phone: '0571-00000003' }],
    files: [{ id: 'a1', name: '虚甲一身份证.jpg' }],
    ...more,
  }
}

const all: ClassRules = { S2: 'clear', S3: 'clear', S4: 'clear' }
const none: ClassRules = { S2: 'absent', S3: 'absent', S4: 'absent' }

function decision(classes: ClassRules, more: Partial<Decision> = {}): Decision {
  return {
    subscription: 'unit',
    purpose: 'ADJUDICATE',
    as: 'ADJUDICATE',
    event: 'e',
    known: true,
    handover: null,
    classes,
    fields: {},
    parties: {},
    rules: [],
    ...more,
  }
}

function see(one: Decision, now: Subscription = subscription('unit', 'ADJUDICATE'), part = sealedPart()) {
  return viewer.see(event({ parties: [party('p1')] }), part, one, now)
}

describe('the visible record', () => {
  it('shows nothing sealed when all classes are absent', () => {
    const text = JSON.stringify(see(decision(none)))
    for (const secret of [
      '虚甲一',
      '330199190001010010',
      '0571-00000001',
      '虚构',
      '调解笔记',
      'blind',
      '虚丙三',
      '120.1',
    ])
      expect(text).not.toContain(secret)
    expect(text).toContain('"partyRef":"p1"')
    expect(text).not.toContain('sealed')
  })

  it('joins the two halves of a party and shows clear classes', () => {
    const shown = see(decision({ S2: 'clear', S3: 'clear', S4: 'absent' }))
    expect(shown.parties).toEqual([
      expect.objectContaining({ role: 'APPLICANT', name: '虚甲一', certNo: '330199190001010010' }),
    ])
    expect(shown.personal).toMatchObject({ title: '虚甲一讨薪', content: '裁决全文', lon: 120.1 })
    expect(shown.personal.note).toBeUndefined()
  })

  it('never shows the blind index', () => {
    expect(JSON.stringify(see(decision(all)))).not.toContain('blind')
  })

  it('never shows more than the purpose in force now, whatever the decision says', () => {
    expect(JSON.stringify(see(decision(all), subscription('unit', 'STATS')))).not.toContain('虚甲一')
    expect(see(decision(all)).personal.note).toBeUndefined()
  })

  it('masks in the forms of the table and leaves out what has none', () => {
    const shown = see(decision({ S2: 'masked', S3: 'masked', S4: 'absent' }))
    expect((shown.parties as unknown[])[0]).toMatchObject({
      name: '虚*',
      phone: '0571-****0001',
      certNo: '330199********0010',
      address: '浙江省杭州市西湖区虚构街道',
    })
    expect(shown.personal.place).toBe('杭州市西湖区虚构街道')
    expect(shown.personal.summary).toBeUndefined()
    expect(shown.personal.persons).toEqual([{ role: 'HANDLER', name: '虚*', phone: '0571-****0003' }])
  })

  it('hides in running text what it hides as a field', () => {
    const shown = see(decision({ S2: 'clear', S3: 'absent', S4: 'absent' }))
    expect(shown.personal.summary).toBe('虚甲一（***，0571-00000001）住***')
  })

  it('hides identity numbers of unknown persons in running text', () => {
    const part = sealedPart({ summary: '另一人330199190002020029' })
    const shown = see(decision({ S2: 'clear', S3: 'absent', S4: 'absent' }), undefined, part)
    expect(shown.personal.summary).toBe('另一人330199********0029')
  })

  it('hides a protected party wholly, in texts and file names too', () => {
    const shown = see(decision(all, { parties: { p1: 'absent' } }))
    const text = JSON.stringify(shown)
    for (const secret of ['虚甲一', '330199190001010010', '0571-00000001']) expect(text).not.toContain(secret)
    expect(shown.personal.title).toBe('***讨薪')
  })

  it('masks a party who wants secrecy, in texts too', () => {
    const shown = see(decision(all, { parties: { p1: 'masked' } }))
    expect((shown.parties as { name: string }[])[0]!.name).toBe('虚*')
    expect(shown.personal.title).toBe('虚*讨薪')
  })

  it('treats all data of a child under 14 as S3', () => {
    const clear2: ClassRules = { S2: 'clear', S3: 'absent', S4: 'absent' }
    const child = (more: Partial<SealedParty>) => sealedPart({ parties: [sealedParty(more)] })
    const nameOf = (part: SealedPart) =>
      (see(decision(clear2), undefined, part).parties as { name?: string }[])[0]!.name
    expect(nameOf(child({ birthDate: '2020-01-01' }))).toBeUndefined()
    expect(nameOf(child({ birthDate: null, minor: true }))).toBeUndefined()
    expect(nameOf(child({ birthDate: '2012-03-02' }))).toBe('虚甲一')
    expect(nameOf(child({ birthDate: '2012-03-03' }))).toBeUndefined()
  })

  it('lets a profile narrow single fields, open and sealed', () => {
    const now = subscription('unit', 'ADJUDICATE', {
      profile: { 'parties[].phone': 'masked', summary: 'absent', 'case.amount': 'absent', 'parties[].uscc': 'absent' },
    })
    const shown = see(decision(all), now)
    expect((shown.parties as Record<string, unknown>[])[0]).toMatchObject({ phone: '0571-****0001' })
    expect((shown.parties as Record<string, unknown>[])[0]).not.toHaveProperty('uscc')
    expect(shown.personal.summary).toBeUndefined()
    expect(shown.case).not.toHaveProperty('amount')
  })

  it('shows an erased event without its personal part', () => {
    const shown = viewer.see(event({ parties: [party('p1')] }), null, decision(all), subscription('unit', 'ADJUDICATE'))
    expect(shown.personal).toEqual({})
    expect(shown.parties).toHaveLength(1)
  })
})

describe('masks', () => {
  it.each([
    ['name', '虚甲一', '虚*'],
    ['phone', '13800000000', '138****0000'],
    ['phone', '0571-00000001,0571-00000002', '0571-****0001,0571-****0002'],
    ['phone', '12345', '****'],
    ['id', '330199190001010010', '330199********0010'],
    ['id', '1234', undefined],
    ['area', '浙江省杭州市西湖区某路5号', '浙江省杭州市西湖区'],
    ['area', '某路5号', undefined],
  ] as const)('masks %s %s', (name, value, shown) => {
    expect(masks[name](value)).toBe(shown)
  })
})
