// hub docs: writes all generated documents anew.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from '../command.ts'
import { generatedDocuments } from '../docs/index.ts'

export const docsCommand: Command = {
  says: { en: 'write the generated documents anew', zh: '重新生成文档' },
  async run(environment) {
    for (const { path, generate } of generatedDocuments) {
      writeFileSync(join(environment.root, path), await generate(environment.root))
      process.stdout.write(`${path}\n`)
    }
    return 0
  },
}
