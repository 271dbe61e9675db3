// hub coverage [connector]: how much of each message is mapped, ignored on purpose, or forgotten.
import { coverageOf, type MessageCoverage } from '#gateway/index.ts'
import { readArguments, usage } from '../arguments.ts'
import type { Command } from '../command.ts'
import { chosenConnectors } from '../connectors.ts'

interface Share {
  readonly fields: number
  readonly mapped: number
  readonly ignored: number
  readonly forgotten: number
  /** Of all fields, to one decimal. */
  readonly percent: { readonly mapped: number; readonly ignored: number; readonly forgotten: number }
}

interface ConnectorReport extends Share {
  readonly connector: string
  readonly messages: readonly (Share & { readonly message: string; readonly forgottenFields: readonly string[] })[]
}

const head = `${''.padEnd(26)}fields  mapped 已映射  ignored 有意忽略  forgotten 遗漏`

export const coverageCommand: Command = {
  says: {
    en: 'show which fields are mapped, ignored on purpose or forgotten',
    zh: '显示字段覆盖:已映射、有意忽略、遗漏',
  },
  async run({ root }, args) {
    const read = readArguments(args, { words: [0, 1], flags: ['json'] })
    if (!read) return usage('hub coverage [connector] [--json]')
    const connectors = await chosenConnectors(root, read.words[0])
    const reports = connectors.map(one => reportOf(one.manifest.id, coverageOf(one)))
    const total = sumOf(reports)
    const text = read.flags.has('json')
      ? JSON.stringify({ ...total, connectors: reports }, null, 2)
      : [head, ...reports.flatMap(linesOf), lineOf('total', total)].join('\n')
    process.stdout.write(`${text}\n`)
    return total.forgotten === 0 ? 0 : 1
  },
}

function reportOf(connector: string, covered: readonly MessageCoverage[]): ConnectorReport {
  const messages = covered.map(({ message, mapped, ignored, forgotten }) => ({
    message,
    ...share(mapped.length, ignored.length, forgotten.length),
    forgottenFields: forgotten,
  }))
  return { connector, ...sumOf(messages), messages }
}

function share(mapped: number, ignored: number, forgotten: number): Share {
  const fields = mapped + ignored + forgotten
  const percent = (count: number) => (fields === 0 ? 0 : Math.round((1000 * count) / fields) / 10)
  return {
    fields,
    mapped,
    ignored,
    forgotten,
    percent: { mapped: percent(mapped), ignored: percent(ignored), forgotten: percent(forgotten) },
  }
}

function sumOf(list: readonly Share[]): Share {
  const sum = (field: 'mapped' | 'ignored' | 'forgotten') => list.reduce((total, one) => total + one[field], 0)
  return share(sum('mapped'), sum('ignored'), sum('forgotten'))
}

function linesOf(report: ConnectorReport): string[] {
  return [
    lineOf(report.connector, report),
    ...report.messages.flatMap(one => [
      lineOf(`  ${one.message}`, one),
      ...one.forgottenFields.map(field => `    ${field} is forgotten  遗漏`),
    ]),
  ]
}

function lineOf(name: string, { fields, mapped, ignored, forgotten, percent }: Share): string {
  const cell = (count: number, of: number) => `${String(count).padStart(6)} ${of.toFixed(1).padStart(5)} %`
  const cells = [cell(mapped, percent.mapped), cell(ignored, percent.ignored), cell(forgotten, percent.forgotten)]
  return `${name.padEnd(26)}${String(fields).padStart(6)}  ${cells.join('  ')}`
}
