// Makes a case for a system under certification, out of what a golden file shows of such a case: its words and invented
// persons, with a number of its own, handed over to the system's own unit. It enters where translate's records enter, so
// that correlate, route and deliver treat it as any other.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Assignment } from '#schemas/canonical/types.ts'
import { HubError } from '#schemas/errors.ts'
import type { Subscription, SystemConfig } from '#schemas/files.ts'
import type { Identifiers } from '#schemas/identifiers/index.ts'
import { isOpen, type StatusMachine } from '#schemas/status-machine.ts'
import type { OutRecord } from '../kafka/port.ts'
import type { Connector } from '../loader/connector.ts'
import { caseFile } from '../loader/exchanges.ts'
import { assemble, type MappedRecord } from '../translate/assemble.ts'
import { canonicalRecord, type TranslateDeps } from '../translate/stage.ts'

/** In whose name the cases are told. No configured system has it: an id begins with a letter and is longer. */
export const author = 'certification'

/** What a golden file gives to an outbound mapping, as far as a case is made of it. */
interface Pattern {
  readonly record: {
    readonly envelope?: { readonly eventType?: string | null }
    readonly case?: { readonly categoryCode?: string | null }
    readonly proceeding: { readonly kind?: string; readonly status: string }
    readonly assignments?: readonly Assignment[]
    readonly [part: string]: unknown
  }
  readonly handover?: Assignment
}

export interface SyntheticDeps {
  readonly translate: TranslateDeps
  readonly identifiers: Identifiers
  readonly machine: StatusMachine
}

export interface Order {
  readonly system: SystemConfig
  readonly pattern: Pattern
  readonly messageId: string
  /** Its own number; another one each time. */
  readonly number: string
  /** The case it is news of; null: a case of its own. */
  readonly caseId: string | null
  readonly now: number
}

/** The first of the named patterns that the subscription asks for. */
export function choosePattern(connector: Connector, cases: readonly string[], subscription: Subscription): Pattern {
  const patterns = cases.map(name => JSON.parse(readFileSync(caseFile(connector, name), 'utf8')) as Pattern)
  const { categories, notCategories, kinds } = subscription.filter ?? {}
  const within = (code: string, list: readonly string[]) => list.some(one => code.startsWith(one))
  const fit = patterns.find(({ record }) => {
    const code = record.case?.categoryCode ?? ''
    const asked = (categories === undefined || within(code, categories)) && !within(code, notCategories ?? [])
    return asked && (kinds === undefined || kinds.includes(record.proceeding.kind ?? ''))
  })
  return fit ?? patterns[0]!
}

export function syntheticCase(deps: SyntheticDeps, order: Order): OutRecord {
  const { system, messageId, now, caseId } = order
  const mapped = mappedOf(deps, order)
  const contentHash = createHash('sha256').update(messageId).digest('hex')
  const about = { messageId, contentHash, receivedAt: now, traceId: null, caseId, deliveryId: null, causationId: null }
  const { record, personal } = assemble(
    mapped,
    {
      ...about,
      part: 0,
      system: author,
      connector: author,
      tenant: system.area,
      nativeMessage: 'case',
      kind: order.pattern.record.proceeding.kind ?? 'OTHER',
      mapping: `${author}/case@1`,
      tables: [],
    },
    said => deps.translate.openTitle(said, now),
  )
  const headers = { ce_source: `/systems/${author}`, ce_time: new Date(now).toISOString(), hub_message: 'case' }
  return canonicalRecord(deps.translate, { key: mapped.own[0]!.numberKey, headers }, about, record, personal)
}

function mappedOf({ identifiers, machine }: SyntheticDeps, order: Order): MappedRecord {
  const { system, pattern, number, now } = order
  const context = { system: author, area6: system.area, prefecture4: system.prefecture }
  const name = identifiers.normalise(number, context, 'local')
  if (!name) throw new HubError('HUB_CERTIFY_SCRIPT', { connector: system.connector, fault: 'no number can be made' })
  const { family, scope, normalized, numberKey } = name
  const { envelope, proceeding, parties, case: told, ...parts } = pattern.record
  const open = isOpen(machine, proceeding.status)
  const handed = pattern.handover
  return {
    record: {
      ...parts,
      parties,
      case: told,
      envelope: { eventType: envelope?.eventType ?? null, occurredAt: now },
      // A hand-over gives a right only while the proceeding that makes it is open.
      proceeding: { ...proceeding, status: handed && !open ? 'DISPATCHED' : proceeding.status },
      assignments: handed ? [handOver(handed, system, now)] : [],
    },
    own: [{ family, scope, value: number, normalized, numberKey, kind: null }],
    cited: [],
    flaws: [],
  }
}

function handOver(pattern: Assignment, system: SystemConfig, now: number): Assignment {
  const to = { name: null, level: null, line: null, ...pattern.to, code: system.serves?.[0] ?? system.id, area: null }
  return { ...pattern, lead: true, to, sentAt: now, returnedAt: null, returnReason: null, finishedAt: null }
}
