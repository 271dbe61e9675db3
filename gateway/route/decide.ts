// What one subscription may see of one event, by its purpose and its part in the case (domain.md 9.12, 9.14). Needs no key.
import type { CaseRecord } from '#schemas/canonical/types.ts'
import type { Subscription, SystemConfig } from '#schemas/files.ts'
import { type Decision, type ProfileTable, rulesOf, type Visibility } from '#schemas/profiles.ts'
import type { Involvement } from './involvement.ts'

export interface DecideDeps {
  readonly table: ProfileTable
}

export function decide(
  { table }: DecideDeps,
  subscription: Subscription,
  system: SystemConfig,
  record: CaseRecord,
  part: Involvement,
): Decision {
  const { purpose, rule } = effectivePurpose(table, subscription.purpose, part)
  const base = rulesOf(table, purpose)
  const rules = [rule]
  const fields: Record<string, Visibility> = { ...base.fields, ...(part.leads.length > 0 ? base.handoverFields : {}) }
  if (base.ownFields && record.proceeding.system === system.id) {
    Object.assign(fields, base.ownFields)
    rules.push('own-notes')
  }
  const respondent = respondentRule(table, system, record)
  if (respondent) {
    for (const path of table.contactFields) fields[path] = 'absent'
    rules.push(respondent)
  }
  const parties = partiesOf(table, record, purpose, part, rules)
  const leading = part.leads[0] ?? part.handovers[0]
  return {
    subscription: subscription.id,
    purpose: subscription.purpose,
    as: purpose,
    event: record.envelope.eventId ?? record.envelope.messageId,
    // A refused hand-over stands for itself by the case's number: the receiver keeps no record of its own.
    known: part.own.some(one => one.numbers.some(number => number.family !== 'hand-over')),
    handover: leading?.assignmentId ?? null,
    classes: { S2: base.S2, S3: base.S3, S4: base.S4 },
    fields,
    parties,
    rules,
  }
}

function effectivePurpose(table: ProfileTable, purpose: string, part: Involvement): { purpose: string; rule: string } {
  const { part: needs, kinds } = rulesOf(table, purpose)
  const own = part.openOwn.some(one => kinds === undefined || kinds.includes(one.kind))
  if (needs === 'none') return { purpose, rule: `purpose-${purpose}` }
  if (own) return { purpose, rule: `purpose-${purpose}-own-proceeding` }
  if (needs === 'lead' && part.leads.length > 0) return { purpose, rule: `purpose-${purpose}-handover` }
  if (needs === 'any' && part.handovers.length > 0) return { purpose, rule: `purpose-${purpose}-handover` }
  // One who only helps with a case under a purpose of leading it sees what a helper sees.
  if (needs === 'lead' && part.handovers.length > 0) {
    const helper = Object.entries(table.purposes).find(([, rules]) => rules.part === 'any')
    if (helper) return { purpose: helper[0], rule: `co-handler-${helper[0]}` }
  }
  return { purpose: table.without, rule: 'no-part' }
}

/** Above all purposes: the identity of one who reports, and the wish for secrecy. */
function partiesOf(
  table: ProfileTable,
  record: CaseRecord,
  purpose: string,
  part: Involvement,
  rules: string[],
): Record<string, 'masked' | 'absent'> {
  const out: Record<string, 'masked' | 'absent'> = {}
  const handles = rulesOf(table, purpose).examines === true
  const examines = handles && part.leads.length > 0
  for (const party of record.parties) {
    if (table.protectedRoles.includes(party.role) && !examines) out[party.partyRef] = 'absent'
    else if (party.wantsSecrecy && !handles) out[party.partyRef] = 'masked'
  }
  const found = Object.values(out)
  if (found.includes('absent')) rules.push('reporter-protected')
  if (found.includes('masked')) rules.push('wants-secrecy')
  return out
}

/** Eighteen places: what tells a unified social credit code from unit and area codes. */
const creditCode = /^[0-9A-Z]{18}$/

/** Why the system may be the respondent's own. A name lies in the seal, so an organisation without a number may be any of those
 *  that the system works for. */
function respondentRule(table: ProfileTable, { serves = [] }: SystemConfig, record: CaseRecord): string | undefined {
  const respondents = record.parties.filter(party => table.respondentRoles.includes(party.role))
  if (respondents.some(party => party.uscc !== null && serves.includes(party.uscc))) return 'respondent-no-contact'
  const unnumbered = respondents.some(party => party.uscc === null && party.type !== 'NATURAL')
  return unnumbered && serves.some(one => creditCode.test(one)) ? 'respondent-unnumbered' : undefined
}
