// Child process of the demo: one simulator for every demo system, each on a free port of this machine.
// Says its addresses to the parent over IPC, and ends with it.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Simulator } from '#connectors/sdk.ts'
import { connectorDirs, demoConfig, demoCredentials, importSimulator } from '#gateway/index.ts'

const [root = '', hubUrl = '', day = '', dataDir = ''] = process.argv.slice(2)
const shift = Date.parse(day) - Date.now()
const dirs = connectorDirs(root)
const addresses: Record<string, Pick<Simulator, 'url' | 'ways'>> = {}

for (const { id, connector } of demoConfig(dirs).systems) {
  const dir = dirs.find(one => one.endsWith(`/${connector}`) || one.endsWith(`\\${connector}`))!
  const start = await importSimulator(dir)
  const folder = join(dataDir, 'exchange', id)
  mkdirSync(folder, { recursive: true })
  const { url, ways } = await start({
    system: id,
    port: 0,
    folder,
    hubUrl: () => hubUrl,
    credentials: demoCredentials(id),
    now: () => new Date(Date.now() + shift),
    signedAt: () => new Date(),
    random: Math.random,
  })
  addresses[id] = { url, ...(ways ? { ways } : {}) }
}

process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)
process.send?.({ addresses })
