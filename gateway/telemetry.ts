// Metrics behind a small facade, so that prom-client stays in one file. Labels are bounded: system, stage, outcome, code.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Telemetry {
  readonly received: (system: string, status: string) => void
  readonly translated: (system: string, result: 'ok' | 'invalid') => void
  readonly unknownCode: (system: string, table: string) => void
  readonly event: (type: string) => void
  readonly decided: (outcome: string) => void
  readonly delivered: (system: string, outcome: string, seconds: number) => void
  /** From the native message's arrival to the end of its delivery. */
  readonly endToEnd: (system: string, seconds: number) => void
  readonly committed: (stage: string, records: number, seconds: number) => void
  readonly aborted: (stage: string) => void
  readonly lag: (stage: string, records: number) => void
  readonly text: () => Promise<string>
  readonly contentType: string
}

export function createTelemetry(): Telemetry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'hub_' })
  const registers = [registry]
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers })
  const received = counter('hub_messages_received_total', 'Native messages by what was answered', ['system', 'status'])
  const translated = counter('hub_messages_translated_total', 'Native messages translated or found invalid', [
    'system',
    'result',
  ])
  const unknown = counter('hub_unknown_codes_total', 'Codes that no value table knows: each is an alarm', [
    'system',
    'table',
  ])
  const events = counter('hub_case_events_total', 'Case events by type', ['type'])
  const decided = counter('hub_messages_decided_total', 'Canonical records by what correlate decided', ['outcome'])
  const deliveries = counter('hub_deliveries_total', 'Delivery attempts by outcome', ['system', 'outcome'])
  const deliverySeconds = new Histogram({
    name: 'hub_delivery_seconds',
    help: 'Time of one delivery attempt',
    labelNames: ['system'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers,
  })
  const journey = new Histogram({
    name: 'hub_journey_seconds',
    help: 'Native message in to native message delivered',
    labelNames: ['system'],
    buckets: [0.01, 0.025, 0.05, 0.06, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
    registers,
  })
  const committed = counter('hub_stage_records_total', 'Records committed by stage', ['stage'])
  const batches = new Histogram({
    name: 'hub_stage_batch_seconds',
    help: 'Time of one batch, from poll to commit',
    labelNames: ['stage'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  })
  const aborted = counter('hub_stage_aborts_total', 'Transactions that did not commit', ['stage'])
  const lag = new Gauge({
    name: 'hub_stage_lag_records',
    help: 'Records waiting before a stage',
    labelNames: ['stage'],
    registers,
  })
  return {
    received: (system, status) => received.inc({ system, status }),
    translated: (system, result) => translated.inc({ system, result }),
    unknownCode: (system, table) => unknown.inc({ system, table }),
    event: type => events.inc({ type }),
    decided: outcome => decided.inc({ outcome }),
    delivered(system, outcome, seconds) {
      deliveries.inc({ system, outcome })
      deliverySeconds.observe({ system }, seconds)
    },
    endToEnd: (system, seconds) => journey.observe({ system }, seconds),
    committed(stage, records, seconds) {
      committed.inc({ stage }, records)
      batches.observe({ stage }, seconds)
    },
    aborted: stage => aborted.inc({ stage }),
    lag: (stage, records) => lag.set({ stage }, records),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
