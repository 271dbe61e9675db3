// Where translate's time goes: the real step over records of the real topic, in this process, with a clock in each part of it.
import { type InRecord, type TranslateDeps, topicNames, translateDeps, translateRecord } from '#gateway/index.ts'
import { type GroundParts, openBenchGround } from './ground.ts'
import type { Row } from './report.ts'
import type { Setting } from './setting.ts'

const rounds = 10
const sample = 500

interface Hop extends GroundParts {
  /** CPU of the whole hop, a message: what the step does not take is Kafka's share. */
  readonly cpuMicros: number
}

export async function shareRows(setting: Setting, hop: Hop): Promise<Row[]> {
  const ground = await openBenchGround(setting, hop)
  const reader = await ground.kafka.reader()
  const page = await reader.page(topicNames.inTopic(hop.prefix, setting.traffic.from.system), 0, 'start', {
    maxBytes: 4 << 20,
  })
  const records = page.records.slice(0, sample)
  const plain = translateDeps(ground)
  const micros = timed(plain, records)
  const whole = alone(plain, records)
  await ground.close()
  const { parse = 0, seal = 0, encode = 0 } = micros
  const shares = {
    'open and parse': parse,
    'map and assemble': Math.max(0, whole - parse - seal - encode),
    'seal and fingerprint': seal,
    encode,
    'consume, produce, commit': Math.max(0, hop.cpuMicros - whole),
  }
  return Object.entries(shares).map(([name, value]) => ({
    part: 'translate',
    figure: `  ${name}`,
    value,
    unit: 'us',
    note: `${Math.round((value / Math.max(hop.cpuMicros, whole)) * 100)} % of the hop's CPU`,
  }))
}

function alone(deps: TranslateDeps, records: readonly InRecord[]): number {
  let began = performance.now()
  for (let round = 0; round < 2 * rounds; round++) {
    if (round === rounds) began = performance.now()
    for (const record of records) translateRecord(deps, record)
  }
  return ((performance.now() - began) * 1000) / (rounds * records.length)
}

/** Microseconds a message, by part. The clock itself costs some tens of nanoseconds a call. */
function timed(deps: TranslateDeps, records: readonly InRecord[]): Record<string, number> {
  const spent: Record<string, number> = { parse: 0, seal: 0, encode: 0 }
  const watch =
    <A extends unknown[], R>(name: string, work: (...args: A) => R) =>
    (...args: A): R => {
      const began = performance.now()
      const result = work(...args)
      spent[name] = (spent[name] ?? 0) + performance.now() - began
      return result
    }
  const { personal, codec } = deps
  const watched: TranslateDeps = {
    ...deps,
    open: watch('parse', deps.open),
    parse: watch('parse', deps.parse),
    personal: { ...personal, sealMarked: watch('seal', personal.sealMarked) },
    codec: { encode: watch('encode', record => codec.encode(record)) } as typeof codec,
  }
  for (let round = 0; round < 2 * rounds; round++) {
    if (round === rounds) for (const name of Object.keys(spent)) spent[name] = 0
    for (const record of records) translateRecord(watched, record)
  }
  const count = rounds * records.length
  return Object.fromEntries(Object.entries(spent).map(([name, ms]) => [name, (ms * 1000) / count]))
}
