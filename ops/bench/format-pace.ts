// Each format through the real translation in this process: open, parse, map, assemble, seal, encode; beside a bare parser of
// the same bytes. Counted by the CPU it takes, so that others on the machine change it little: messages a second of one core.
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { SaxesParser } from 'saxes'
import {
  type InRecord,
  openWhole,
  sealBytes,
  type TranslateDeps,
  topicNames,
  translateDeps,
  translateRecord,
} from '#gateway/index.ts'
import { HubError } from '#schemas/errors.ts'
import { benchConfig } from './config.ts'
import { type FormatTraffic, formatTraffic } from './format-traffic.ts'
import { openBenchGround } from './ground.ts'
import { cpuMicros } from './processes/job.ts'
import type { Row } from './report.ts'
import type { Setting } from './setting.ts'

const prefix = 'formats.'
const different = 200
const targets = { json: 10_000, form: 10_000, xml: 4_000, csv: 10_000 } as const
type Name = keyof typeof targets

const bare: Readonly<Record<Name, (body: Buffer) => unknown>> = {
  json: body => JSON.parse(body.toString()),
  form: body => JSON.parse(new URLSearchParams(body.toString()).get('data')!),
  xml: body => new SaxesParser({ xmlns: true, position: false }).write(body.toString()).close(),
  csv: body => parseCsv(body, { columns: true, bom: true }),
}

export async function paceRows(setting: Setting): Promise<Row[]> {
  const config = benchConfig(setting.root, setting.traffic, 'http://127.0.0.1:1')
  const ground = await openBenchGround(setting, { config, prefix, dataDir: join(setting.dir, 'formats') })
  const deps = translateDeps(ground)
  const key = deps.intakeKey(new Date().toISOString().slice(0, 10))
  const rounds = setting.options.brief ? 5 : 50
  const traffic = formatTraffic(setting.traffic)
  const rows = (Object.keys(targets) as Name[]).map(name => {
    const bodies = Array.from({ length: different }, (_, n) => traffic[name].bodyOf(n + 1))
    const records = bodies.map((body, n) => recordOf(setting, sealBytes(body, key), n))
    return {
      part: 'formats',
      figure: `${name}, one core`,
      value: perSecond(records, rounds, translating(deps, traffic[name])),
      unit: '/s',
      target: { atLeast: targets[name] },
      limit: { what: 'bare parser', value: perSecond(bodies, rounds, bare[name]) },
      note: `${bodies[0]!.length} bytes`,
    }
  })
  await ground.close()
  return rows
}

function translating(deps: TranslateDeps, { format, contentType }: FormatTraffic): (record: InRecord) => void {
  const parse: TranslateDeps['parse'] = bytes => {
    const [read] = openWhole(bytes, contentType, format).reads
    return read && 'tree' in read ? read.tree : undefined
  }
  const own = { ...deps, parse }
  return record => {
    if (translateRecord(own, record)[0]?.topic !== deps.topics.canonical)
      throw new HubError('HUB_CLI_BENCH', { process: 'formats', what: `could not translate ${format.format}` })
  }
}

function recordOf({ traffic }: Setting, value: Buffer, n: number): InRecord {
  const id = `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`
  return {
    topic: topicNames.inTopic(prefix, traffic.from.system),
    partition: 0,
    offset: BigInt(n),
    key: id,
    value,
    headers: {
      ce_id: id,
      ce_time: new Date().toISOString(),
      hub_hash: '0'.repeat(64),
      hub_message: traffic.from.message,
    },
    timestamp: Date.now(),
  }
}

function perSecond<T>(ones: readonly T[], rounds: number, work: (one: T) => unknown): number {
  let began = 0
  for (let round = -Math.ceil(rounds / 5); round < rounds; round++) {
    if (round === 0) began = cpuMicros()
    for (const one of ones) work(one)
  }
  return (ones.length * rounds * 1e6) / (cpuMicros() - began)
}
