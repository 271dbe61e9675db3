// The hub as a process of its own, on the command line's own entry. On a leash: it ends with the tests, also when those are
// killed.
import { type ChildProcess, spawn } from 'node:child_process'
import { root } from './hub.ts'

/** @param variables the whole environment beside PATH */
export function hubChild(variables: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, ['--import', './ops/bootstrap/leash.mjs', 'ops/cli/hub.ts', 'start'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH, ...variables },
  })
}
