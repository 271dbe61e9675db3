// hub bench [part…]: measures speed and memory, each figure beside a limit of the same run. A figure missed is said, not failed.
import { parts, runBench } from '../../bench/run.ts'
import type { Command } from '../command.ts'

const usage = `hub bench [${Object.keys(parts).join('|')}]… [--cold] [--brief] [--rate=<messages a second>] [--cpu-prof=<folder>]\n`

const rated = /^--rate=[1-9]\d{0,4}$/

export const benchCommand: Command = {
  says: { en: 'measure speed and memory', zh: '测量速度和内存' },
  async run(environment, args) {
    const names = args.filter(arg => !arg.startsWith('--'))
    const options = args.filter(arg => arg.startsWith('--'))
    const profiles = options.find(one => one.startsWith('--cpu-prof='))?.slice('--cpu-prof='.length)
    const rate = Number(options.find(one => rated.test(one))?.slice('--rate='.length) ?? 500)
    const known = options.every(
      one => ['--cold', '--brief'].includes(one) || one.startsWith('--cpu-prof=') || rated.test(one),
    )
    if (!known || names.some(name => !(name in parts))) {
      process.stderr.write(usage)
      for (const [name, part] of Object.entries(parts)) process.stderr.write(`  ${name.padEnd(10)} ${part.about}\n`)
      return 2
    }
    let signalled = false
    const stopped = new Promise<void>(done => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.once(signal, () => {
          signalled = true
          done()
        })
    })
    await runBench({
      root: environment.root,
      env: process.env,
      names: names.length > 0 ? names : Object.keys(parts),
      options: { cold: options.includes('--cold'), brief: options.includes('--brief'), rate, profiles },
      say: line => void process.stdout.write(`${line}\n`),
      stopped,
    })
    return signalled ? 130 : 0
  },
}
