// One wide log line an attempt, and its metrics.
import type { Entry } from './entry.ts'
import type { DeliverHooks, DeliverLog } from './options.ts'
import type { About } from './records.ts'
import type { Settled } from './settle.ts'

export interface TellDeps {
  readonly about: About
  readonly log: DeliverLog
  readonly hooks?: DeliverHooks
  readonly now: () => Date
}

export function tellAttempt({ about, log, hooks, now }: TellDeps, entry: Entry, settled: Settled, ms: number): void {
  const { next, outcome, code } = settled
  const { subscription, system } = about
  const { headers } = entry
  const received = Date.parse(headers.hub_received ?? '')
  const age = received > 0 ? now().getTime() - received : undefined
  log.info(
    {
      subscription,
      system,
      delivery: entry.deliveryId,
      event: entry.eventId,
      case: entry.caseId,
      sequence: headers.ce_sequence,
      version: headers.ce_proceedingversion,
      type: headers.ce_type,
      trace: headers.traceparent,
      attempt: entry.tries,
      outcome,
      code,
      ms,
      age,
      parked: entry.parked,
      ...(next.kind === 'retry' ? { waits: next.waitMs, doubtful: next.doubtful } : {}),
    },
    'delivery.attempted',
  )
  hooks?.delivered?.(system, outcome, ms / 1000)
  if (outcome === 'delivered' && age !== undefined) hooks?.endToEnd?.(system, age / 1000)
}
