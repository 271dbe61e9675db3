// What somebody in a hurry would write instead of a mapping: one function for one message, every field by name, no flaws noted.
// Made for the message of connectors/bench.yaml.

import type { Schema } from '#schemas/avro.ts'

type Texts = Readonly<Record<string, string>>

export interface NativeCase {
  readonly case_no: string
  readonly source_no: string
  readonly status: string
  readonly cause: string
  readonly apply_at: string
  readonly accept_time: string
  readonly total_money: string
  readonly collective: string
  readonly facts: string
  readonly requests: readonly string[]
  readonly tribunal: { readonly name: string; readonly form: string; readonly members: readonly Texts[] }
  readonly hearing: readonly Texts[]
  readonly applicant_arr: readonly Texts[]
  readonly respondent_arr: readonly Texts[]
}

const text = (name: string): { name: string; type: Schema; default: null } => ({
  name,
  type: ['null', 'string'],
  default: null,
})
const list = (name: string, of: string, fields: readonly string[]): { name: string; type: Schema } => ({
  name,
  type: { type: 'array', items: { type: 'record', name: of, fields: fields.map(text) } },
})
const person = ['name', 'certNo', 'sex', 'age', 'occupation', 'employer', 'address', 'household', 'phone']
const organisation = ['name', 'uscc', 'legalRep', 'address', 'phone']

export const flatCaseSchema: Schema = {
  type: 'record',
  name: 'FlatCase',
  fields: [
    ...['caseNo', 'sourceNo', 'status', 'category', 'facts', 'tribunal', 'form'].map(text),
    { name: 'openedAt', type: 'long' },
    { name: 'acceptedAt', type: 'long' },
    { name: 'cents', type: 'long' },
    { name: 'collective', type: 'boolean' },
    { name: 'requests', type: { type: 'array', items: 'string' } },
    list('members', 'Member', ['role', 'name']),
    list('sessions', 'Session', ['at', 'place', 'mode']),
    list('applicants', 'Person', person),
    list('respondents', 'Organisation', organisation),
  ],
}

const statuses: Texts = { 申请: 'APPLIED', 受理: 'ACCEPTED', 开庭: 'IN_PROCESS', 裁决: 'DECIDED', 结案: 'CLOSED' }
const causes: Texts = { 追索劳动报酬: '0701', 工伤待遇: '0703' }

const day = (said: string): number =>
  Date.parse(`${said.length === 8 ? `${said.slice(0, 4)}-${said.slice(4, 6)}-${said.slice(6)}` : said}T00:00:00+08:00`)

export type FlatCase = ReturnType<typeof mapByHand>

export function mapByHand(said: NativeCase) {
  return {
    caseNo: said.case_no.normalize('NFKC'),
    sourceNo: said.source_no,
    status: statuses[said.status] ?? 'UNKNOWN',
    category: causes[said.cause] ?? 'UNKNOWN',
    facts: said.facts,
    tribunal: said.tribunal.name,
    form: said.tribunal.form,
    openedAt: day(said.apply_at),
    acceptedAt: day(said.accept_time),
    cents: Math.round(Number(said.total_money) * 100),
    collective: said.collective === '1',
    requests: said.requests,
    members: said.tribunal.members,
    sessions: said.hearing.map(({ time, place, mode }) => ({ at: time, place, mode })),
    applicants: said.applicant_arr.map(personOf),
    respondents: said.respondent_arr.map(({ name, uscc, legal_person, address, phone }) => ({
      name,
      uscc,
      legalRep: legal_person,
      address,
      phone,
    })),
  }
}

function personOf(one: Texts) {
  return {
    name: one.name,
    certNo: one.id_card,
    sex: one.sex === '男' ? '1' : '2',
    age: one.age,
    occupation: one.occupation,
    employer: one.work_unit,
    address: one.address,
    household: one.registered_permanent_residence,
    phone: one.phone,
  }
}
