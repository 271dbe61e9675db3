// hub probe <system>: can this machine reach the system and log in to it? Sends no case.
import { type ProbeStep, probeSystem } from '#gateway/index.ts'
import { HubError } from '#schemas/errors.ts'
import type { SystemConfig } from '#schemas/files.ts'
import { readArguments, usage } from '../arguments.ts'
import type { Command } from '../command.ts'
import { chosenConnectors } from '../connectors.ts'
import type { Environment } from '../environment.ts'
import { configOf, systemOf } from '../settings.ts'

const marks = { ok: '✓', failed: '✗', skipped: '-' } as const

export const probeCommand: Command = {
  says: {
    en: 'check step by step that a system can be reached and lets us in',
    zh: '逐步检查能否连通并登录某系统',
  },
  async run(environment, args) {
    const read = readArguments(args, { words: [1, 1], text: ['url'], flags: ['json'] })
    if (!read) return usage('hub probe <system> [--url <address>] [--json]')
    const system = calledSystem(environment, read.words[0]!, read.text.url)
    const [connector] = await chosenConnectors(environment.root, system.connector)
    const way = system.out ?? connector!.manifest.transport.outbound[0]!
    if (way !== 'http-push') throw new HubError('HUB_CLI_PROBE_WAY', { system: system.id, way })
    const json = read.flags.has('json')
    const steps: ProbeStep[] = []
    for await (const step of probeSystem({ system, connector: connector!, now: () => new Date() })) {
      steps.push(step)
      if (!json) for (const line of linesOf(step)) process.stdout.write(`${line}\n`)
    }
    if (json) process.stdout.write(`${JSON.stringify(steps, null, 2)}\n`)
    return steps.some(step => step.state === 'failed') ? 1 : 0
  },
}

/** Throws HUB_CLI_NO_SYSTEM or HUB_CLI_NO_ADDRESS. */
function calledSystem(environment: Environment, id: string, given: string | undefined): SystemConfig & { url: string } {
  const system = systemOf(configOf(environment), id)
  const url = given ?? system.url
  if (url === undefined || !/^https?:/.test(URL.parse(url)?.protocol ?? ''))
    throw new HubError('HUB_CLI_NO_ADDRESS', { system: id })
  return { ...system, url }
}

function linesOf({ step, state, says, todo }: ProbeStep): string[] {
  const line = `${marks[state]} ${step.padEnd(10)} ${says.zh}  ${says.en}`
  return todo === undefined ? [line] : [line, `${' '.repeat(13)}→ ${todo.zh}`, `${' '.repeat(13)}→ ${todo.en}`]
}
