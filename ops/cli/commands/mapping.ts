// hub mapping put <file> [--table <file>]... [--dry-run], hub mapping list: mappings of a running hub.
import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import type { MappingView, SampleDifference } from '#gateway/index.ts'
import { HubError } from '#schemas/errors.ts'
import type { Command } from '../command.ts'
import type { Environment } from '../environment.ts'
import { differenceLines } from '../golden-lines.ts'
import { askHub, callHub } from '../http.ts'

export const mappingCommand: Command = {
  says: {
    en: 'put <file> [--table <file>] [--dry-run]: a new mapping version into a running hub; list: what is in force',
    zh: 'put 向运行中的枢纽提交新版映射,list 列出现行映射',
  },
  async run(environment, [verb, ...args]) {
    if (verb === 'list') return list(environment)
    const { file, tables, dryRun } = argumentsOf(args)
    if (verb === 'put' && file !== undefined) return put(environment, file, tables, dryRun)
    process.stderr.write('hub mapping put <file> [--table <file>]... [--dry-run]\nhub mapping list\n')
    return 2
  },
}

function argumentsOf(args: readonly string[]) {
  const tables = args.filter((_, i) => args[i - 1] === '--table')
  const file = args.find((one, i) => !one.startsWith('--') && args[i - 1] !== '--table')
  return { file, tables, dryRun: args.includes('--dry-run') }
}

async function list(environment: Environment): Promise<number> {
  const { slot, roles, mappings } = (await callHub(environment, 'GET', '/admin/mappings')) as {
    slot: string
    roles: string[]
    mappings: MappingView[]
  }
  const lines = mappings.map(one => {
    const name = `${one.connector}/${one.message}.${one.direction}`
    const origin = one.from === 'disk' ? 'disk 文件' : `${one.by} ${one.at} 在线提交`
    const waits = one.unusable ? '  cannot be compiled here; its stages wait 本进程无法编译,等待中' : ''
    return `  ${name.padEnd(48)} ${String(one.version).padStart(4)}  ${origin}${waits}`
  })
  process.stdout.write(`process 进程 ${slot}: ${roles.join(' ')}\n${lines.join('\n')}\n`)
  return 0
}

// Where it goes, its place on disk says: <connector>/<message>.<direction>.yaml. The hub checks that the text agrees.
async function put(
  environment: Environment,
  file: string,
  tables: readonly string[],
  dryRun: boolean,
): Promise<number> {
  const path = resolve(file)
  const address = `/admin/mappings/${basename(dirname(path))}/${basename(path, '.yaml')}`
  const text = [path, ...tables].map(one => readFileSync(one, 'utf8')).join('\n---\n')
  const { ok, status, body } = await askHub(environment, 'POST', address + (dryRun ? '?dryRun=true' : ''), text)
  if (!ok) return refused(status, body as Refusal)
  const { mapping, version, differences } = body as unknown as Taken
  for (const one of differences)
    for (const line of [one.sample, ...differenceLines(one.differences)]) process.stdout.write(`${line}\n`)
  const done = dryRun ? 'may be put 可以提交' : 'is in the registry; every process takes it 已提交,各进程将启用'
  process.stdout.write(`${mapping}@${version}: samples that differ 有差异的样例: ${differences.length}; ${done}\n`)
  return 0
}

interface Taken {
  readonly mapping: string
  readonly version: number
  readonly differences: readonly SampleDifference[]
}

interface Refusal {
  readonly code?: string
  readonly zh?: string
  readonly en?: string
  readonly findings?: readonly string[]
}

function refused(status: number, { code, zh, en, findings = [] }: Refusal): number {
  if (code === undefined) throw new HubError('HUB_CLI_REFUSED', { status })
  for (const line of findings) process.stdout.write(`${line}\n`)
  process.stderr.write(`${code}\n${zh}\n${en}\n`)
  return 1
}
