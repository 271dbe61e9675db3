// hub systems, hub pause <system>, hub resume <system>: what a running hub says of its systems.
import type { Command } from '../command.ts'
import { callHub } from '../http.ts'

export const systemsCommand: Command = {
  says: { en: 'list the systems and whether they are paused', zh: '列出各系统及其暂停状态' },
  async run(environment) {
    const { systems } = (await callHub(environment, 'GET', '/admin/systems')) as {
      systems: { id: string; paused: boolean }[]
    }
    for (const one of systems)
      process.stdout.write(`${one.id.padEnd(28)} ${one.paused ? 'paused 已暂停' : 'running 运行中'}\n`)
    return 0
  },
}

function verb(name: 'pause' | 'resume', en: string, zh: string): Command {
  return {
    says: { en, zh },
    async run(environment, [system]) {
      if (!system) {
        process.stderr.write(`hub ${name} <system>\n`)
        return 2
      }
      const { id, paused } = (await callHub(environment, 'POST', `/admin/systems/${system}/${name}`)) as {
        id: string
        paused: boolean
      }
      process.stdout.write(`${id} ${paused ? 'paused 已暂停' : 'running 运行中'}\n`)
      return 0
    },
  }
}

export const pauseCommand = verb(
  'pause',
  'stop delivering to a system; what comes in is kept',
  '暂停向某系统投递,来件照常保存',
)
export const resumeCommand = verb('resume', 'deliver to a system again', '恢复向某系统投递')
