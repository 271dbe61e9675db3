// A script of the storm as a process of its own, on a leash: it ends with the tests, also when those are killed.
import { type ChildProcess, fork } from 'node:child_process'
import { root } from '../helpers/hub.ts'

export function processOf(script: string, job: object): ChildProcess {
  return fork(`test/storm/processes/${script}`, [JSON.stringify(job)], {
    cwd: root,
    // kafkajs waits until moments that are past, and Node says so at length.
    execArgv: ['--import', './ops/bootstrap/leash.mjs', '--disable-warning=TimeoutNegativeWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

export const sleep = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))
