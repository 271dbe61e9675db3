// hub map <connector> <message> <file>: what one native message becomes, field by field. Talks to nobody.
import { explainFile, explainOutbound, loadWorld } from '#gateway/index.ts'
import { readArguments, usage } from '../arguments.ts'
import type { Command } from '../command.ts'
import { chosenConnectors } from '../connectors.ts'
import { itemForMachines, itemLines, outboundForMachines, outboundLines } from '../explain-lines.ts'

const call =
  'hub map <connector> <message> <file> [--json]  |  hub map <connector> <message> --out <input.json> [--json]'

export const mapCommand: Command = {
  says: { en: 'show where each field of a native message goes', zh: '逐字段显示一条原始报文的映射去向' },
  async run({ root }, args) {
    const read = readArguments(args, { words: [2, 3], text: ['out'], flags: ['json'] })
    const [id, message, file] = read?.words ?? []
    const out = read?.text.out
    if (!read || id === undefined || message === undefined || (file === undefined) === (out === undefined))
      return usage(call)
    const [connector] = await chosenConnectors(root, id)
    const parts = { world: loadWorld(root), connector: connector!, now: new Date() }
    const say = (value: object, lines: () => readonly string[]) =>
      void process.stdout.write(`${read.flags.has('json') ? JSON.stringify(value, null, 2) : lines().join('\n')}\n`)
    if (out !== undefined) {
      const made = await explainOutbound(parts, message, out)
      say(outboundForMachines(made), () => outboundLines(made))
      return 0
    }
    const items = await explainFile(parts, message, file!)
    say(items.map(itemForMachines), () => items.flatMap(item => itemLines(item, items.length > 1)))
    return items.some(item => 'error' in item) ? 1 : 0
  },
}
