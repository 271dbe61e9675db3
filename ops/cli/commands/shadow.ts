// hub shadow <mapping file>: what a changed mapping would make of recorded traffic, before it goes live.
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  type Connector,
  fileKeyManager,
  loadWorld,
  type MappingTexts,
  mappingEnd,
  type ShadowReport,
  shadowRun,
} from '#gateway/index.ts'
import { HubError } from '#schemas/errors.ts'
import { awaitBrokers } from '../../bootstrap/existing-kafka.ts'
import { type Arguments, readArguments, usage } from '../arguments.ts'
import type { Command } from '../command.ts'
import { chosenConnectors } from '../connectors.ts'
import type { Environment } from '../environment.ts'
import { configOf } from '../settings.ts'
import { shadowLines } from '../shadow-lines.ts'
import { momentOf } from '../since.ts'

const call =
  'hub shadow <message>.inbound.yaml [--table <name>.table.yaml]… [--system <id>] [--since 2026-03-01|36h|7d] [--limit 5000] [--json]'
const kafkaPatienceMs = 10_000

export const shadowCommand: Command = {
  says: {
    en: 'compare a changed mapping with the one in force over recorded traffic',
    zh: '用已收报文对比修改后的映射与现行映射',
  },
  async run(environment, args) {
    const read = readArguments(args, {
      words: [1, 1],
      text: ['system', 'since', 'limit'],
      lists: ['table'],
      flags: ['json'],
    })
    const limit = Number(read?.text.limit ?? 5000)
    const since = read?.text.since === undefined ? undefined : momentOf(read.text.since, new Date())
    if (!read || !(limit > 0) || (read.text.since !== undefined && since === undefined)) return usage(call)
    const report = await run(environment, read, limit, since)
    const text = read.flags.has('json') ? JSON.stringify(report, null, 2) : shadowLines(report).join('\n')
    process.stdout.write(`${text}\n`)
    return report.differences.length === 0 ? 0 : 1
  },
}

async function run(
  environment: Environment,
  { words, text, lists }: Arguments,
  limit: number,
  since: number | undefined,
): Promise<ShadowReport> {
  const { root, dataDir, prefix } = environment
  const { connector, message, changed } = await given(root, words[0]!, lists.table ?? [])
  const systems = configOf(environment).systems.filter(one => one.connector === connector.manifest.id)
  const chosen = text.system === undefined ? systems : systems.filter(one => one.id === text.system)
  if (chosen.length === 0)
    throw new HubError('HUB_CLI_NO_SYSTEM', { id: text.system ?? '', known: systems.map(one => one.id).join(' ') })
  const brokers = environment.brokers.length > 0 ? environment.brokers : [`127.0.0.1:${environment.kafkaPort}`]
  await awaitBrokers(brokers, { withinMs: kafkaPatienceMs, waiting: () => undefined })
  const keys = fileKeyManager(join(dataDir, 'keys'))
  const keyOf = (id: string) => keys.keyOf(id)
  const parts = { root, world: loadWorld(root), brokers, prefix, keyOf, connector, message, changed, since, limit }
  const report = await shadowRun({ ...parts, systems: chosen })
  if (report.messages === 0)
    throw new HubError('HUB_CLI_NO_TRAFFIC', { message, unreadable: report.unreadable, dataDir })
  return report
}

interface Given {
  readonly connector: Connector
  readonly message: string
  readonly changed: MappingTexts
}

/** Throws HUB_CLI_NO_FILE, HUB_CLI_SHADOW_FILE, HUB_LINT_FAILED, HUB_CLI_NO_CONNECTOR, HUB_CLI_NO_MESSAGE. */
async function given(root: string, file: string, tableFiles: readonly string[]): Promise<Given> {
  const text = textOf(file)
  const end = mappingEnd(text, basename(file))
  if (end === undefined) throw new HubError('HUB_CLI_SHADOW_FILE', { file })
  const { message } = end
  const [connector] = await chosenConnectors(root, end.connector)
  if (!connector!.inbound.has(message)) {
    const known = [...connector!.inbound.keys()].join(' ')
    throw new HubError('HUB_CLI_NO_MESSAGE', { id: end.connector, message, known })
  }
  const tables = Object.fromEntries(
    tableFiles.map(one => [basename(one).replace(/(\.table)?\.yaml$/, ''), textOf(one)]),
  )
  return { connector: connector!, message, changed: { file: basename(file), text, tables } }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new HubError('HUB_CLI_NO_FILE', { file }, cause)
  }
}
