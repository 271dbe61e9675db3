// From what a mapping gave to a whole canonical record: defaults, refs, the open and the personal half.
// Pure: same mapped message and origin in, same record out.
import type {
  CaseRecord,
  CaseSummary,
  CitedNumber,
  Flaw,
  NumberRef,
  Party,
  SealedPart,
  SealedParty,
} from '#schemas/canonical/types.ts'
import {
  agreementOf,
  assignmentOf,
  attachmentOf,
  consultationOf,
  decisionOf,
  emergencyOf,
  followUpOf,
  type Loose,
  list,
  mediationOf,
  orgOf,
  supervisionOf,
} from './parts.ts'

/** Where a record comes from: all that the message itself does not say. */
export interface Origin {
  readonly messageId: string
  readonly part: number
  readonly system: string
  readonly connector: string
  readonly tenant: string
  readonly nativeMessage: string
  readonly kind: string
  readonly contentHash: string
  readonly receivedAt: number
  readonly mapping: string
  readonly tables: readonly string[]
  readonly traceId: string | null
  readonly caseId: string | null
  readonly deliveryId: string | null
  readonly causationId: string | null
}

/** One record as the mapping gave it. */
export interface MappedRecord {
  readonly record: Readonly<Record<string, unknown>>
  readonly own: readonly NumberRef[]
  readonly cited: readonly CitedNumber[]
  readonly flaws: readonly Flaw[]
}

export interface Assembled {
  readonly record: CaseRecord
  readonly personal: SealedPart | null
}

export function assemble(mapped: MappedRecord, origin: Origin, openTitle: (said: Loose) => string | null): Assembled {
  const said = mapped.record
  const parties = list<Loose>(said.parties).map((party, index) => ({ partyRef: `p${index + 1}`, ...party }))
  const personal = personalOf(said.personal as Loose | undefined, parties)
  const record: CaseRecord = {
    envelope: envelopeOf(said.envelope as Loose | undefined, mapped, origin, personal !== null),
    case: caseOf(said.case as Loose | undefined, origin, openTitle),
    proceeding: proceedingOf(said.proceeding as Loose | undefined, mapped, origin),
    parties: parties.map(openParty),
    assignments: list<Loose>(said.assignments).map(assignmentOf),
    deadlines: [],
    mediation: said.mediation ? mediationOf(said.mediation as Loose) : null,
    agreement: said.agreement ? agreementOf(said.agreement as Loose) : null,
    decision: said.decision ? decisionOf(said.decision as Loose) : null,
    supervisions: list<Loose>(said.supervisions).map(supervisionOf),
    emergencies: list<Loose>(said.emergencies).map(emergencyOf),
    consultations: list<Loose>(said.consultations).map(consultationOf),
    followUps: list<Loose>(said.followUps).map(followUpOf),
    attachments: list<Loose>(said.attachments).map(attachmentOf),
    sealed: null,
  }
  return { record, personal }
}

function envelopeOf(
  said: Loose | undefined,
  mapped: MappedRecord,
  origin: Origin,
  personal: boolean,
): CaseRecord['envelope'] {
  return {
    eventId: null,
    eventType: null,
    occurredAt: null,
    occurredAtRaw: null,
    nativeSequence: null,
    nativeMessageId: null,
    signature: null,
    ...said,
    correction: said?.correction === true,
    messageId: origin.messageId,
    part: origin.part,
    system: origin.system,
    connector: origin.connector,
    tenant: origin.tenant,
    nativeMessage: origin.nativeMessage,
    receivedAt: origin.receivedAt,
    causationId: origin.causationId,
    deliveryId: origin.deliveryId,
    traceId: origin.traceId,
    contentHash: origin.contentHash,
    purposeCode: null,
    dataLevel: 'GENERAL',
    classMax: personal ? 'S4' : 'S1',
    mapping: origin.mapping,
    tables: [...origin.tables],
    replay: false,
    replayOf: null,
    hubPath: [],
    flags: [],
    flaws: mapped.flaws.map(flaw => ({ pointer: flaw.pointer, rule: flaw.rule, table: flaw.table ?? null })),
  }
}

function caseOf(said: Loose | undefined, origin: Origin, openTitle: (said: Loose) => string | null): CaseSummary {
  return {
    caseNo: null,
    categoryCode: null,
    scale: null,
    level: null,
    peopleCount: null,
    amount: null,
    occurredOn: null,
    placeCode: null,
    gridCode: null,
    outcome: null,
    ...said,
    categoryNative: list<Loose>(said?.categoryNative).map(one => ({
      code: null,
      name: null,
      lossy: false,
      crosswalk: null,
      ...one,
      system: origin.system,
    })),
    tags: list<string>(said?.tags),
    collective: said?.collective === true,
    urgent: said?.urgent === true,
    majorEmergency: said?.majorEmergency === true,
    openTitle: said ? openTitle(said) : null,
    caseId: origin.caseId,
    caseStatus: null,
    stage: null,
    openedAt: null,
    closedAt: null,
    links: [],
    proceedings: [],
    mergedInto: null,
    version: 0,
    sequence: 0,
  }
}

function proceedingOf(said: Loose | undefined, mapped: MappedRecord, origin: Origin): CaseRecord['proceeding'] {
  const native = said?.nativeStatus as Loose | undefined
  return {
    kind: origin.kind,
    status: 'UNKNOWN',
    statusSince: null,
    openedAt: null,
    closedAt: null,
    resolutionMethod: null,
    result: null,
    ...said,
    orgOwner: orgOf(said?.orgOwner),
    nativeStatus: native ? { code: (native.code as string) ?? null, name: (native.name as string) ?? null } : null,
    system: origin.system,
    proceedingId: null,
    parentProceedingId: null,
    version: 0,
    numbers: [...mapped.own],
    cited: [...mapped.cited],
  }
}

/** A reporter's role is itself protected (domain.md 7.3): it lies in the sealed half, the open half says PROTECTED. */
const protectedRoles = new Set(['REPORTER'])

function openParty(party: Loose): Party {
  const role = (party.role as string) ?? 'UNKNOWN'
  return {
    partyRef: party.partyRef as string,
    role: protectedRoles.has(role) ? 'PROTECTED' : role,
    type: (party.type as string) ?? 'NATURAL',
    certType: (party.certType as string) ?? null,
    uscc: (party.uscc as string) ?? null,
    anonymous: party.anonymous === true,
    wantsSecrecy: party.wantsSecrecy === true,
  }
}

function sealedParty(party: Loose): SealedParty {
  const text = (name: string): string | null => (party[name] as string) ?? null
  return {
    partyRef: party.partyRef as string,
    role: protectedRoles.has(party.role as string) ? (party.role as string) : null,
    name: text('name'),
    certNo: text('certNo'),
    blindIndex: null,
    legalRep: text('legalRep'),
    sex: text('sex'),
    birthDate: text('birthDate'),
    minor: party.minor === true,
    nation: text('nation'),
    education: text('education'),
    personKind: text('personKind'),
    phone: text('phone'),
    address: text('address'),
    employer: text('employer'),
    household: text('household'),
    occupation: text('occupation'),
    age: text('age'),
    vulnerable: list<string>(party.vulnerable),
  }
}

function personalOf(said: Loose | undefined, parties: readonly Loose[]): SealedPart | null {
  if (!said && parties.length === 0) return null
  return {
    title: null,
    summary: null,
    place: null,
    lon: null,
    lat: null,
    result: null,
    returnReason: null,
    content: null,
    undisputedFacts: null,
    riskLevel: null,
    threat: null,
    opinion: null,
    note: null,
    remark: null,
    ...said,
    requests: list<string>(said?.requests),
    parties: parties.map(sealedParty),
    persons: list<Loose>(said?.persons).map(one => ({ role: 'HANDLER', name: null, phone: null, ...one })),
    files: list<Loose>(said?.files).map((one, index) => ({ id: `a${index + 1}`, name: null, ...one })),
  }
}
