// The report as one page: Chinese and English side by side, readable on paper and without scripts.
import type { Words } from '#schemas/exchanges.ts'
import { pageStyle } from './page-style.ts'
import type { Evidence, ExchangeResult, Report } from './types.ts'

const states: Readonly<Record<string, Words>> = {
  pending: { zh: '未开始', en: 'pending' },
  running: { zh: '进行中', en: 'running' },
  passed: { zh: '通过', en: 'passed' },
  failed: { zh: '未通过', en: 'failed' },
  skipped: { zh: '跳过', en: 'skipped' },
  stopped: { zh: '已中止', en: 'stopped' },
}
const turns: Readonly<Record<ExchangeResult['who'], Words>> = {
  system: { zh: '贵系统操作', en: 'your system acts' },
  hub: { zh: '枢纽操作', en: 'the hub acts' },
}

export function reportPage(report: Report): string {
  const missing = report.exchanges.filter(one => one.finding !== null)
  const refresh = report.state === 'running' ? '<meta http-equiv="refresh" content="5">' : ''
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${refresh}
<title>${text(report.system)} · 对接自助认证 self-certification</title><style>${pageStyle}</style></head>
<body><main>
<header><p class="kind">对接自助认证报告 <span lang="en">Self-certification report</span></p>
<h1>${both(report.name)}</h1>
<p class="verdict ${report.state}">${both(states[report.state]!)}</p>
<dl>${facts(report)}</dl></header>
${missing.length > 0 ? `<section><h2>缺少的行为 <span lang="en">Missing behaviour</span></h2><ol class="missing">${missing.map(missingItem).join('')}</ol></section>` : ''}
<section><h2>步骤 <span lang="en">Exchanges</span></h2>${report.exchanges.map(exchangeCard).join('\n')}</section>
<footer>报告编号 <span lang="en">report</span> <code>${text(report.id)}</code></footer>
</main></body></html>
`
}

function facts(report: Report): string {
  const rows: readonly (readonly [Words, string])[] = [
    [{ zh: '系统', en: 'system' }, report.system],
    [{ zh: '连接器', en: 'connector' }, `${report.connector} · v${report.manifestVersion}`],
    [{ zh: '脚本版本', en: 'script version' }, String(report.scriptVersion)],
    [{ zh: '开始', en: 'began' }, clock(report.startedAt)],
    [{ zh: '结束', en: 'ended' }, report.endedAt ? clock(report.endedAt) : '—'],
    [
      { zh: '通过 / 未通过 / 跳过', en: 'passed / failed / skipped' },
      `${report.passed} / ${report.failed} / ${report.skipped}`,
    ],
  ]
  return rows.map(([name, value]) => `<div><dt>${both(name)}</dt><dd>${text(value)}</dd></div>`).join('')
}

function missingItem({ id, finding }: ExchangeResult): string {
  return `<li><a href="#${text(id)}">${both(finding!.missing)}</a></li>`
}

function exchangeCard(one: ExchangeResult): string {
  const { finding, skipped } = one
  return `<article id="${text(one.id)}" class="${one.state}">
<h3><span class="badge">${both(states[one.state]!)}</span> ${both(one.title)} <code>${text(one.id)}</code></h3>
<p class="turn">${both(turns[one.who])}</p>
<p>${both(one.do)}</p>
<p class="expected"><b>应当 <span lang="en">expected</span></b> ${both(one.expected)}</p>
${skipped ? `<p class="why">${both(skipped)}</p>` : ''}
${finding ? `<div class="finding"><p><b>缺少 <span lang="en">missing</span></b> ${both(finding.missing)} <code>${text(finding.code)}</code></p><p><b>如何改正 <span lang="en">how to mend it</span></b> ${both(finding.mend)}</p></div>` : ''}
${one.seen.length > 0 ? `<table><caption>观察到的 <span lang="en">seen</span></caption>${one.seen.map(evidenceRow).join('')}</table>` : ''}
</article>`
}

function evidenceRow({ at, says, status, code, id }: Evidence): string {
  const marks = [status === undefined ? '' : `HTTP ${status}`, code ?? ''].filter(one => one !== '').join(' · ')
  return `<tr><td class="at">${clock(at)}</td><td>${both(says)}</td><td>${text(marks)}</td><td class="id">${text(id ?? '')}</td></tr>`
}

function both({ zh, en }: Words): string {
  return `${text(zh)} <span lang="en">${text(en)}</span>`
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** Zhejiang time. */
function clock(iso: string): string {
  return new Date(Date.parse(iso) + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}
