// A shadow run as people read it.
import type { ShadowReport } from '#gateway/index.ts'

type Difference = ShadowReport['differences'][number]

const words = { changed: 'changed 变化', appears: 'appears 新增', goes: 'goes 消失' } as const
const shown = 60

export function shadowLines(report: ShadowReport): string[] {
  const { messages, same, unreadable, more } = report
  return [
    `${report.inForce} → ${report.changed}`,
    ...(report.inForce === report.changed
      ? ['both bear one version: name a changed copy, with a higher one  两者版本相同:请指定修改后的副本并提高版本号']
      : []),
    ...report.differences.flatMap(linesOf),
    `${messages} messages compared, ${same} the same, ${messages - same} differ  已对比 ${messages} 条,相同 ${same} 条,不同 ${messages - same} 条`,
    ...(unreadable === 0
      ? []
      : [
          `${unreadable} could not be opened: the keys of their days are not here  ${unreadable} 条无法解封:当日密钥不在本机`,
        ]),
    ...(more ? ['there is more: raise --limit or move --since  还有更多报文:可加大 --limit 或调整 --since'] : []),
  ]
}

function linesOf(one: Difference): string[] {
  const kinds = (['changed', 'appears', 'goes'] as const).filter(kind => one[kind] > 0)
  return [
    `${String(one.messages).padStart(6)}  ${one.path}  ${kinds.map(kind => `${words[kind]} ${one[kind]}`).join(', ')}`,
    ...one.values.map(({ before, after, messages }) => `          ${text(before)} → ${text(after)}  ×${messages}`),
    `          ${one.examples.join(' ')}`,
  ]
}

function text(value: Difference['values'][number]['before']): string {
  const said = JSON.stringify(value)
  return said.length > shown ? `${said.slice(0, shown)}…` : said
}
