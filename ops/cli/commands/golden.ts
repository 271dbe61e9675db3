// hub golden [connector] [--update]: what differs from the golden files; writes them only when told to.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { type Connector, type GoldenFault, goldenFaults } from '#gateway/index.ts'
import type { Command } from '../command.ts'
import { chosenConnectors } from '../connectors.ts'
import { goldenLines } from '../golden-lines.ts'

export const goldenCommand: Command = {
  says: {
    en: 'show what differs from the golden files; --update writes them',
    zh: '显示与基准文件的差异,--update 才重写',
  },
  async run({ root }, args) {
    const update = args.includes('--update')
    const connectors = await chosenConnectors(
      root,
      args.find(one => !one.startsWith('--')),
    )
    const faults = connectors.flatMap(connector => goldenFaults(root, connector))
    for (const fault of faults) for (const line of goldenLines(root, fault)) process.stdout.write(`${line}\n`)
    if (update) faults.forEach(settle)
    const did = update ? 'written; read the difference  已重写,请核对差异' : 'differ  不一致'
    process.stdout.write(`${faults.length} golden files ${did}\n`)
    return update || faults.length === 0 ? 0 : 1
  },
}

/** Golden files of a connector that has none yet. Repository paths of the files written. */
export function writeGolden(root: string, connector: Connector): string[] {
  const faults = goldenFaults(root, connector)
  faults.forEach(settle)
  return faults.map(one => relative(root, one.file))
}

function settle({ file, problem, made }: GoldenFault): void {
  if (problem === 'left over') rmSync(file)
  else {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`)
  }
}
