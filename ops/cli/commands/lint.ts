// hub lint: checks our own files without running them. Prints as compilers print.
import { connectorDirs, lintMappings, loadConnectors, scriptFaults } from '#gateway/index.ts'
import type { Command } from '../command.ts'
import { settingsOf } from '../settings.ts'

export const lintCommand: Command = {
  says: { en: 'check mappings, tables, exchanges and the configuration', zh: '检查映射、代码表、交互脚本和配置' },
  async run(environment) {
    const { root } = environment
    const mappings = lintMappings(root)
    const findings = mappings.length > 0 ? mappings : await lintScripts(root)
    for (const line of findings) process.stdout.write(`${line}\n`)
    settingsOf(environment, [])
    process.stdout.write(`${connectorDirs(root).length} connectors, ${findings.length} findings\n`)
    return findings.length === 0 ? 0 : 1
  },
}

/** Scripts are checked against connectors, which load only once their mappings have no finding. */
async function lintScripts(root: string): Promise<string[]> {
  const findings: string[] = []
  for (const [id, connector] of await loadConnectors(root))
    for (const fault of scriptFaults(root, connector)) findings.push(`connectors/${id}/exchanges.yaml ${fault}`)
  return findings
}
