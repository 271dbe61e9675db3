// hub certify <system> [--out <folder>] [--within <seconds>]: begins a certification, says step by step what the department
// does next, waits, and writes the report. Ends with 0 only when everything was shown.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { CertificationReport, ExchangeResult } from '#gateway/index.ts'
import type { Command } from '../command.ts'
import type { Environment } from '../environment.ts'
import { callHub, readPage } from '../http.ts'

const base = '/admin/certifications'
const lookAgainMs = 500
const marks: Readonly<Record<string, string>> = { passed: '✓', failed: '✗', skipped: '–' }

const say = (line: string): void => void process.stdout.write(`${line}\n`)

export const certifyCommand: Command = {
  says: {
    en: "certify a department's system against the sandbox, with a report",
    zh: '在沙箱中对部门系统进行自助认证并生成报告',
  },
  async run(environment, args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { out: { type: 'string' }, within: { type: 'string' } },
    })
    const [system] = positionals
    if (!system) {
      process.stderr.write('hub certify <system> [--out <folder>] [--within <seconds>]\n')
      return 2
    }
    const order = { system, ...(values.within === undefined ? {} : { withinSeconds: Number(values.within) }) }
    const { id } = (await callHub(environment, 'POST', base, order)) as CertificationReport
    say(`认证 ${id} 已开始  certification ${id} has begun`)
    const stop = () => void callHub(environment, 'POST', `${base}/${id}/stop`).catch(() => undefined)
    process.once('SIGINT', stop)
    try {
      const report = await follow(environment, id)
      if (values.out !== undefined) await write(environment, report, values.out)
      say(`${report.state}  ${report.passed} ✓  ${report.failed} ✗  ${report.skipped} –`)
      return report.state === 'passed' ? 0 : 1
    } finally {
      process.removeListener('SIGINT', stop)
    }
  },
}

async function follow(environment: Environment, id: string): Promise<CertificationReport> {
  const told = new Set<string>()
  const once = (key: string, tellIt: () => void) => {
    if (!told.has(key)) tellIt()
    told.add(key)
  }
  for (;;) {
    const report = (await callHub(environment, 'GET', `${base}/${id}`)) as CertificationReport
    for (const [index, one] of report.exchanges.entries()) {
      if (one.state === 'pending') continue
      const news = () => once(`${one.id} ${one.state}`, () => tell(one, `${index + 1}/${report.exchanges.length}`))
      if (one.state === 'running') news()
      for (const { at, says, code } of one.seen) {
        const line = `    · ${says.zh}  ${says.en}${code ? `  ${code}` : ''}`
        once(`${one.id} ${at} ${line}`, () => say(line))
      }
      news()
    }
    if (report.state !== 'running') return report
    await new Promise(done => setTimeout(done, lookAgainMs))
  }
}

function tell({ state, title, do: todo, who, finding, skipped, id }: ExchangeResult, place: string): void {
  if (state === 'running') {
    say(`\n${place} ${title.zh}  ${title.en}`)
    say(who === 'system' ? `  → ${todo.zh}\n  → ${todo.en}` : `    ${todo.zh}\n    ${todo.en}`)
    return
  }
  say(`  ${marks[state]} ${id}${skipped ? `  ${skipped.zh}  ${skipped.en}` : ''}`)
  if (!finding) return
  say(`    ${finding.code}  ${finding.missing.zh}  ${finding.missing.en}`)
  say(`    ${finding.mend.zh}\n    ${finding.mend.en}`)
}

async function write(environment: Environment, report: CertificationReport, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const page = await readPage(environment, `${base}/${report.id}`)
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(join(folder, 'report.html'), page)
  for (const name of ['report.json', 'report.html']) say(join(folder, name))
}
