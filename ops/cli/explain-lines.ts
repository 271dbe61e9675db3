// An explained message as people read it on a terminal, in both languages, and as machines read it.
import { type Explained, type ExplainedItem, type ExplainedOutbound, nativePlaces } from '#gateway/index.ts'
import type { HubError } from '#schemas/errors.ts'

const shown = 60

export function itemForMachines(item: ExplainedItem): object {
  if ('explained' in item) return { index: item.index, ...item.explained }
  const { code, facts, says, entry } = item.error
  return { index: item.index, problem: { code, ...says, todo: entry.todo, pointer: facts.pointer, rule: facts.rule } }
}

export function itemLines(item: ExplainedItem, numbered: boolean): string[] {
  const head = numbered ? [`[${item.index}]`] : []
  return [...head, ...('error' in item ? problemLines(item.error) : explainedLines(item.explained))]
}

function problemLines(error: HubError): string[] {
  const { en, zh } = error.says
  const { todo } = error.entry
  const place = error.facts.pointer === undefined ? '' : ` ${String(error.facts.pointer) || '/'}`
  return [`✗ ${error.code}${place}`, `  ${zh}。${todo.zh}。`, `  ${en}. ${todo.en}.`]
}

function explainedLines(made: Explained): string[] {
  const fates = (state: string) => made.fields.filter(one => one.state === state)
  return [
    `${made.mapping}  ${made.tables.join(' ')}`.trimEnd(),
    ...made.records.flatMap(recordLines),
    ...section(
      'mapped 已映射',
      fates('mapped').map(one => arrow(one.pointer, one.to)),
    ),
    ...section(
      'read, without effect here 已读取,本例未生效',
      fates('unused').map(one => one.pointer),
    ),
    ...section(
      'ignored on purpose 有意忽略',
      fates('ignored').map(one => `${one.pointer}  ${one.why}`),
    ),
    ...section(
      'forgotten 遗漏',
      fates('forgotten').map(one => `${one.pointer}${nearText(one.didYouMean)}`),
    ),
    ...section(
      'flaws 瑕疵',
      made.flaws.map(
        one =>
          `${one.pointer} ${one.rule}${one.table ? ` ${one.table}` : ''}${nearText(one.didYouMean)}  ${one.zh}  ${one.en}`,
      ),
    ),
  ]
}

function recordLines({ record, openTitle, own, cited, case: where }: Explained['records'][number]): string[] {
  return [
    `${record.proceeding.kind} ${record.proceeding.status}  ${openTitle ?? ''}`.trimEnd(),
    ...own.map(one => `  own 自有编号    ${one.family} ${one.normalized}  ${one.numberKey}`),
    ...cited.map(({ number, source }) => `  cited 引用编号  ${number.family} ${number.normalized}  ${source}`),
    `  case 案件       ${where.zh}`,
    `                  ${where.en}`,
  ]
}

export function outboundLines(made: ExplainedOutbound): string[] {
  return [
    made.mapping,
    ...section(
      'mapped 已映射',
      made.fields.map(one => arrow(one.pointer, nativePlaces(one))),
    ),
    ...section('constant, or from any of several fields 常量,或多个字段均可得出', made.others),
    ...section(
      'flaws 瑕疵',
      made.flaws.map(one => `${one.pointer} ${one.rule}${one.table ? ` ${one.table}` : ''}`),
    ),
    JSON.stringify(made.native, null, 2),
  ]
}

export function outboundForMachines(made: ExplainedOutbound): object {
  return { ...made, fields: made.fields.map(one => ({ pointer: one.pointer, to: nativePlaces(one) })) }
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map(line => `  ${line}`)]
}

function arrow(pointer: string, to: readonly { readonly path: string; readonly value: unknown }[]): string {
  return `${pointer} → ${to.map(({ path, value }) => `${path} ${short(value)}`).join(', ')}`
}

function short(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > shown ? `${text.slice(0, shown)}…` : text
}

function nearText(near: string | undefined): string {
  return near === undefined ? '' : ` (did you mean 是否为 ${near}?)`
}
