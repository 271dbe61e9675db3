// hub new <id>: the two folders of a new connector, small, complete and working. Edits no existing file.

import type { Command } from '../command.ts'
import { checkNewId } from '../connector-id.ts'
import { chosenConnectors } from '../connectors.ts'
import { fillTemplates, removeFolders } from '../templates/fill.ts'
import { writeGolden } from './golden.ts'

export const newCommand: Command = {
  says: { en: 'make the two folders of a new connector', zh: '新建一个连接器的两个目录' },
  async run({ root }, [id]) {
    if (!id) {
      process.stderr.write('hub new <id>\n')
      return 2
    }
    checkNewId(root, id)
    const files = fillTemplates(root, id)
    try {
      const [connector] = await chosenConnectors(root, id)
      files.push(...writeGolden(root, connector!))
    } catch (error) {
      removeFolders(root, id)
      throw error
    }
    for (const file of files.sort()) process.stdout.write(`${file}\n`)
    process.stdout.write(`${next(id)}\n`)
    return 0
  },
}

function next(id: string): string {
  return [
    `${id} works as it is. Put your system's words in its place (connectors/README.md, one hour):`,
    `${id} 已可运行。请按 connectors/README.md 换成贵系统的报文(约一小时):`,
    '  contract/ samples/ -> manifest.yaml -> mappings/ -> simulator.ts -> README.md',
    `  npm run hub -- test ${id}`,
    `  npm run golden -- ${id} --update`,
    '  npm run test:unit -- test/conformance',
  ].join('\n')
}
