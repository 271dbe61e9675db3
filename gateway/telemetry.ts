// Metrics behind a small facade, so that prom-client stays in one file. Labels are bounded: system, stage, outcome, code.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Telemetry {
  readonly received: (system: string, status: string) => void
  readonly translated: (system: string, result: 'ok' | 'invalid') => void
  readonly unknownCode: (system: string, table: string) => void
  readonly event: (type: string) => void
  readonly delivered: (system: string, outcome: string, seconds: number) => void
  /** From the native message's arrival to the end of its delivery. */
  readonly endToEnd: (system: string, seconds: number) => void
  readonly committed: (stage: string, records: number, seconds: number) => void
  readonly aborted: (stage: string) => void
  readonly lag: (stage: string, records: number) => void
  /** What the hub fetched itself, by how it ended. */
  readonly fetched: (system: string, way: string, result: string) => void
  /** What lies there and is not taken. */
  readonly noticed: (system: string, way: string, kind: string) => void
  /** Was that system's side of a way there at the last look? */
  readonly sourceUp: (system: string, way: string, up: boolean) => void
  /** Room on a disk that the hub lives on: its own, and each broker's. */
  readonly diskFree: (where: string, bytes: number) => void
  /** Does the hub take nothing in, for this reason? */
  readonly refusing: (code: string, is: boolean) => void
  readonly text: () => Promise<string>
  readonly contentType: string
}

export function createTelemetry(): Telemetry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'hub_' })
  return {
    ...counters(registry),
    ...timings(registry),
    ...sources(registry),
    ...pressure(registry),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

function counters(registry: Registry) {
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers: [registry] })
  const received = counter('hub_messages_received_total', 'Native messages by what was answered', ['system', 'status'])
  const translated = counter('hub_messages_translated_total', 'Native messages translated or invalid', [
    'system',
    'result',
  ])
  const unknown = counter('hub_unknown_codes_total', 'Codes no value table knows: an alarm', ['system', 'table'])
  const events = counter('hub_case_events_total', 'Case events by type', ['type'])
  const aborted = counter('hub_stage_aborts_total', 'Transactions that did not commit', ['stage'])
  return {
    received: (system: string, status: string) => received.inc({ system, status }),
    translated: (system: string, result: 'ok' | 'invalid') => translated.inc({ system, result }),
    unknownCode: (system: string, table: string) => unknown.inc({ system, table }),
    event: (type: string) => events.inc({ type }),
    aborted: (stage: string) => aborted.inc({ stage }),
  }
}

const shortSeconds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15]

function timings(registry: Registry) {
  const histogram = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Histogram({ name, help, labelNames, buckets: shortSeconds, registers: [registry] })
  const deliveries = new Counter({
    name: 'hub_deliveries_total',
    help: 'Delivery attempts by outcome',
    labelNames: ['system', 'outcome'],
    registers: [registry],
  })
  const attempts = histogram('hub_delivery_seconds', 'Time of one delivery attempt', ['system'])
  const journey = histogram('hub_journey_seconds', 'Native message in to native message delivered', ['system'])
  const batches = histogram('hub_stage_batch_seconds', 'Time of one batch, from poll to commit', ['stage'])
  const committed = new Counter({
    name: 'hub_stage_records_total',
    help: 'Records committed by stage',
    labelNames: ['stage'],
    registers: [registry],
  })
  const lag = new Gauge({
    name: 'hub_stage_lag_records',
    help: 'Records waiting before a stage',
    labelNames: ['stage'],
    registers: [registry],
  })
  return {
    lag: (stage: string, records: number) => lag.set({ stage }, records),
    delivered(system: string, outcome: string, seconds: number) {
      deliveries.inc({ system, outcome })
      attempts.observe({ system }, seconds)
    },
    endToEnd: (system: string, seconds: number) => journey.observe({ system }, seconds),
    committed(stage: string, records: number, seconds: number) {
      committed.inc({ stage }, records)
      batches.observe({ stage }, seconds)
    },
  }
}

function pressure(registry: Registry) {
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] })
  const free = gauge('hub_disk_free_bytes', 'Room on the disk of the hub and of each broker', ['where'])
  const refusing = gauge('hub_intake_refusing', '1: nothing is taken in, for this reason', ['code'])
  return {
    diskFree: (where: string, bytes: number) => free.set({ where }, bytes),
    refusing: (code: string, is: boolean) => refusing.set({ code }, is ? 1 : 0),
  }
}

function sources(registry: Registry) {
  const registers = [registry]
  const fetched = new Counter({
    name: 'hub_source_finds_total',
    help: 'Files, row batches and pages that the hub fetched, by how it ended',
    labelNames: ['system', 'way', 'result'],
    registers,
  })
  const noticed = new Counter({
    name: 'hub_source_noticed_total',
    help: 'Files and rows that lie there and are not taken, by why',
    labelNames: ['system', 'way', 'kind'],
    registers,
  })
  const up = new Gauge({
    name: 'hub_source_up',
    help: '1: the system answered at the last look',
    labelNames: ['system', 'way'],
    registers,
  })
  return {
    fetched: (system: string, way: string, result: string) => fetched.inc({ system, way, result }),
    noticed: (system: string, way: string, kind: string) => noticed.inc({ system, way, kind }),
    sourceUp: (system: string, way: string, there: boolean) => up.set({ system, way }, there ? 1 : 0),
  }
}
