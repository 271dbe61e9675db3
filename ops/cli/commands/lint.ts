// hub lint: checks our own files without running them. Prints as compilers print.
import { connectorDirs, lintMappings } from '#gateway/index.ts'
import type { Command } from '../command.ts'
import { settingsOf } from '../settings.ts'

export const lintCommand: Command = {
  says: { en: 'check mappings, tables and the configuration', zh: '检查映射、代码表和配置' },
  async run(environment) {
    const findings = lintMappings(environment.root)
    for (const line of findings) process.stdout.write(`${line}\n`)
    settingsOf(environment, [])
    process.stdout.write(`${connectorDirs(environment.root).length} connectors, ${findings.length} findings\n`)
    return findings.length === 0 ? 0 : 1
  },
}
