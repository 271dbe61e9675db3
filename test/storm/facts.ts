// What the topics and the journal hold, read by the independent reader after a storm.
import type { Row } from '../chaos/drill/independent.ts'
import { readEach } from '../chaos/drill/independent.ts'
import { readLines } from '../chaos/drill/reference-reader.ts'
import type { Held } from '../chaos/drill/verdict.ts'
import { senders } from './config.ts'
import { eventsOf, type StormPlan } from './plan.ts'
import type { Due } from './verdict.ts'

export interface Logged {
  readonly dues: ReadonlyMap<string, Due>
  /** Events that stand more than once because the publisher had no answer. */
  readonly twice: number
  readonly faults: readonly string[]
  /** What came the whole path. */
  readonly path: readonly Row[]
}

/** Every event of case-events with the receiver it is for; a fault for each planned one that is not there. */
export async function readLog(brokers: string, prefix: string, plan: StormPlan): Promise<Logged> {
  const planned = new Map([...eventsOf(plan)].map(one => [one.eventId, one.endpoint]))
  const dues = new Map<string, Due>()
  const path: Row[] = []
  let twice = 0
  await readEach(brokers, [`${prefix}case-events`], row => {
    const { ce_id: id = '', ce_subject: caseId = '', ce_sequence, ce_proceedingversion } = row.headers
    const endpoint = planned.get(id) ?? 'calm'
    if (cameWholePath(row)) path.push(row)
    if (dues.has(id)) twice += 1
    else
      dues.set(id, {
        endpoint,
        caseId,
        sequence: Number(ce_sequence),
        version: Number(ce_proceedingversion),
        at: row.timestamp,
      })
  })
  const missing = [...planned.keys()].filter(id => !dues.has(id))
  return { dues, twice, path, faults: missing.map(id => `the log does not hold the written event ${id}`) }
}

const cameWholePath = (row: Row): boolean => senders.includes(row.headers.ce_systemid ?? '')

interface Told {
  readonly deliveryId: string
  readonly outcome: string
  readonly subscription: string
  readonly attempt: number
}

export interface Recorded {
  /** By delivery: when its outcome was appended to attempts. */
  readonly deliveredAt: ReadonlyMap<string, number>
  /** Deliveries that are recorded as delivered more than once, and where. */
  readonly twice: readonly string[]
  readonly outcomes: Readonly<Record<string, number>>
}

export async function readAttempts(brokers: string, prefix: string): Promise<Recorded> {
  const deliveredAt = new Map<string, number>()
  const outcomes: Record<string, number> = {}
  const twice: string[] = []
  const where = new Map<string, string>()
  await readLines(brokers, `${prefix}attempts`, ({ value, timestamp, partition, offset }) => {
    const { deliveryId, ...told } = JSON.parse(value) as Told
    const { outcome, subscription, attempt } = told
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    if (outcome !== 'delivered') return
    const here = `${subscription} attempt ${attempt} in ${partition}@${offset} at ${new Date(timestamp).toISOString()}`
    if (deliveredAt.has(deliveryId)) twice.push(`${deliveryId}: ${where.get(deliveryId)}; ${here}`)
    else deliveredAt.set(deliveryId, timestamp)
    where.set(deliveryId, here)
  })
  return { deliveredAt, twice, outcomes }
}

const doors = ['in.labour-arbitration', 'in.hotline-12345']

/** What the drill's count of the whole path reads, without the events written straight to the topic. */
export async function readPath(brokers: string, prefix: string, events: readonly Row[]): Promise<Held> {
  const rows: Row[] = []
  const names = [...doors, 'canonical', 'case-state', 'invalid', 'out.calm']
  await readEach(
    brokers,
    names.map(name => prefix + name),
    row => {
      if (row.topic !== `${prefix}out.calm` || cameWholePath(row)) rows.push(row)
    },
  )
  const of = (name: string) => rows.filter(row => row.topic === prefix + name)
  return {
    arrived: doors.flatMap(of),
    canonical: of('canonical'),
    events,
    out: of('out.calm'),
    state: of('case-state'),
    invalid: of('invalid'),
  }
}
