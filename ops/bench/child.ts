// Child processes of the bench: told what to do once, they say what they found. Ends with the bench.
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { join } from 'node:path'
import { HubError } from '#schemas/errors.ts'
import type { Setting } from './setting.ts'

export interface Child {
  readonly pid: number
  /** The next message of this name. Rejects when the process ends before. */
  said<T>(name: string): Promise<T>
  ask<T>(name: string): Promise<T>
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<void>
}

const stopWaitMs = 20_000

interface Said {
  readonly name: string
  readonly value: unknown
}

/** @param file in processes/; `job` is handed to it as JSON. */
export function startChild(setting: Setting, file: string, job: object): Child {
  const process = fork(
    join(setting.root, 'ops', 'bench', 'processes', file),
    [JSON.stringify({ root: setting.root, ...job })],
    {
      env: setting.env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    },
  )
  return childOf(setting, file, process)
}

/** A command of the project, with its output kept to ourselves. */
export function startCommand(
  setting: Setting,
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = setting.root,
): Child & { readonly output: () => string } {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...setting.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => lines.push(String(chunk)))
  return { ...childOf(setting, name, child), output: () => lines.join('') }
}

function childOf(setting: Setting, name: string, child: ChildProcess): Child {
  const mail = createMail()
  child.on('message', message => mail.deliver(message as Said))
  const ended = new Promise<void>(done => child.once('exit', () => done()))
  void ended.then(() => {
    const what = `ended with ${child.exitCode ?? child.signalCode}`
    mail.close(new HubError('HUB_CLI_BENCH', { process: name, what }))
  })
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), stopWaitMs)
    await ended
    clearTimeout(force)
  }
  setting.cleanup.add(stop)
  const said = <T>(wanted: string) => mail.take(wanted) as Promise<T>
  return {
    pid: child.pid!,
    said,
    ask<T>(wanted: string) {
      child.send(wanted)
      return said<T>(wanted)
    },
    stop,
  }
}

/** Messages by name: one that comes before it is waited for is kept. */
function createMail() {
  const kept: Said[] = []
  const waiting: { name: string; resolve: (value: unknown) => void; reject: (error: unknown) => void }[] = []
  let closed: HubError | undefined
  return {
    deliver(message: Said): void {
      const at = waiting.findIndex(one => one.name === message.name)
      if (at < 0) kept.push(message)
      else waiting.splice(at, 1)[0]!.resolve(message.value)
    },
    take(name: string): Promise<unknown> {
      const at = kept.findIndex(one => one.name === name)
      if (at >= 0) return Promise.resolve(kept.splice(at, 1)[0]!.value)
      if (closed) return Promise.reject(closed)
      return new Promise((resolve, reject) => waiting.push({ name, resolve, reject }))
    },
    close(error: HubError): void {
      closed = error
      for (const one of waiting.splice(0)) one.reject(error)
    },
  }
}
