// Child process of the demo: one simulator for every demo system, each on a free port of this machine.
// Says its addresses to the parent over IPC, and ends with it.
import { connectorDirs, demoConfig, demoCredentials, importSimulator } from '#gateway/index.ts'

const [root = '', hubUrl = '', day = ''] = process.argv.slice(2)
const shift = Date.parse(day) - Date.now()
const dirs = connectorDirs(root)
const urls: Record<string, string> = {}

for (const { id, connector } of demoConfig(dirs).systems) {
  const dir = dirs.find(one => one.endsWith(`/${connector}`) || one.endsWith(`\\${connector}`))!
  const start = await importSimulator(dir)
  const simulator = await start({
    system: id,
    port: 0,
    hubUrl: () => hubUrl,
    credentials: demoCredentials(id),
    now: () => new Date(Date.now() + shift),
    signedAt: () => new Date(),
    random: Math.random,
  })
  urls[id] = simulator.url
}

process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)
process.send?.({ urls })
