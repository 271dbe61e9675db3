// Takes every file that lies there, whole or not.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type StartSimulator, startFileSimulator } from '../sdk.ts'

export const startSimulator: StartSimulator = async options => {
  const taken: string[] = []
  const folder = join(options.folder ?? '', 'in')
  const simulator = await startFileSimulator(options, {
    stem: message => message,
    handle: () => null,
    store: () => [...taken],
  })
  const looking = setInterval(() => {
    if (!existsSync(folder)) return
    for (const name of readdirSync(folder).filter(one => one.endsWith('.json'))) {
      taken.push(name)
      rmSync(join(folder, name))
    }
  }, 20)
  const close = () => {
    clearInterval(looking)
    return simulator.close()
  }
  return { ...simulator, close }
}
