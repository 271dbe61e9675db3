// The smaller parts of a record, each with what stands where a mapping said nothing.
import type { CaseRecord } from '#schemas/canonical/types.ts'

export type Loose = Record<string, unknown>

export const list = <T>(value: unknown): T[] => (Array.isArray(value) ? (value as T[]) : [])

const filled =
  <T>(defaults: { [K in keyof T]?: T[K] }) =>
  (said: Loose): T =>
    ({ ...defaults, ...said }) as T

type Of<K extends keyof CaseRecord> = CaseRecord[K] extends (infer T)[] ? T : NonNullable<CaseRecord[K]>

const session = filled<Of<'mediation'>['sessions'][number]>({ at: null, mode: null, place: null })
const obligation = filled<Of<'agreement'>['obligations'][number]>({
  debtor: null,
  amount: null,
  dueOn: null,
  performedOn: null,
})
const mediation = filled<Of<'mediation'>>({ failReason: null })
const agreement = filled<Of<'agreement'>>({
  agreementNo: null,
  form: null,
  effectiveAt: null,
  sealState: null,
  confirmState: null,
})
const emergency = filled<Of<'emergencies'>>({ kind: 'FIRST', at: null, severity: null })
const attachment = filled<Of<'attachments'>>({ mime: null, size: null, hash: null, source: null, class: 'S2' })
const assignment = filled<Of<'assignments'>>({
  action: 'DISPATCH',
  sentAt: null,
  dueAt: null,
  signedAt: null,
  returnedAt: null,
  returnReason: null,
  finishedAt: null,
  parallelGroup: null,
})
const org = filled<NonNullable<Of<'mediation'>['org']>>({ code: null, name: null, area: null, level: null, line: null })

export const decisionOf = filled<Of<'decision'>>({
  docType: 'UNKNOWN',
  docNo: null,
  issuedAt: null,
  servedAt: null,
  finality: null,
})
export const supervisionOf = filled<Of<'supervisions'>>({
  level: 'NORMAL',
  by: null,
  at: null,
  dueAt: null,
  liftedAt: null,
})
export const followUpOf = filled<Of<'followUps'>>({ at: null, channel: null, solved: null, satisfaction: null })

export const orgOf = (said: unknown): ReturnType<typeof org> | null => (said ? org(said as Loose) : null)

export const mediationOf = (said: Loose): Of<'mediation'> => ({
  ...mediation(said),
  org: orgOf(said.org),
  sessions: list<Loose>(said.sessions).map(session),
})

export const agreementOf = (said: Loose): Of<'agreement'> => ({
  ...agreement(said),
  obligations: list<Loose>(said.obligations).map(obligation),
})

export const emergencyOf = (said: Loose, index: number): Of<'emergencies'> => emergency({ seq: index + 1, ...said })

export const attachmentOf = (said: Loose, index: number): Of<'attachments'> =>
  attachment({ id: `a${index + 1}`, ...said })

export const consultationOf = (said: Loose): Of<'consultations'> => ({
  at: (said.at as number) ?? null,
  orgs: list<Loose>(said.orgs).map(one => org(one)),
})

export const assignmentOf = (said: Loose, index: number): Of<'assignments'> => ({
  ...assignment({ assignmentId: `s${index + 1}`, ...said }),
  lead: said.lead === true,
  from: orgOf(said.from),
  to: orgOf(said.to),
})
