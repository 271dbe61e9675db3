// What a manifest's tables must agree on and a JSON Schema cannot say.
import type { Manifest } from '#schemas/files.ts'

export function tableFaults({ messages, outbound, transport }: Manifest): string[] {
  const { in: inbound = [], out = [] } = transport?.table ?? {}
  const said = (outbound ?? []).map(rule => rule.message)
  const answers = Object.values(messages ?? {}).some(one => one.answer)
  return [
    ...inbound
      .filter(one => messages[one.message]?.answer !== undefined || !(one.message in messages))
      .map(one => `table ${one.table} holds no message that comes from outside`),
    ...inbound
      .filter(one => one.state.claimed !== undefined && one.tries?.column === one.state.column)
      .map(one => `table ${one.table}: a state for claimed rows overwrites the tries that the state counts`),
    ...out.filter(one => !said.includes(one.message)).map(one => `table ${one.table} holds no outbound message`),
    ...(out.length > 0 ? said.filter(name => !out.some(one => one.message === name)) : []).map(
      name => `message ${name} has no table, though others have`,
    ),
    ...out
      .filter(one => one.answers && !answers)
      .map(one => `table ${one.table} has answers, but no message is marked as the answer`),
  ]
}
