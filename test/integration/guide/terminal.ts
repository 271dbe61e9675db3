// The terminals of somebody who follows a page: commands that end, and commands that stay until the page is at its end.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Running {
  readonly child: ChildProcess
  /** All that it has printed so far. */
  printed(): string
  /** undefined while it runs. */
  code(): number | null | undefined
}

/** The hub comes back to a system that failed when it is its turn again: up to a minute. */
const patienceMs = 150_000
const lookMs = 100

export class Terminals {
  readonly #folder: string
  readonly #variables: NodeJS.ProcessEnv
  readonly #staying: Running[] = []

  constructor(folder: string, variables: NodeJS.ProcessEnv) {
    this.#folder = folder
    this.#variables = variables
  }

  /** Runs commands to their end, as one script that stops at the first failure. */
  async run(commands: string): Promise<{ readonly code: number | null; readonly printed: string }> {
    const running = this.#open(commands)
    await once(running.child, 'close')
    return { code: running.code() ?? null, printed: running.printed() }
  }

  /** Starts commands that stay. Resolves when one has printed the words. */
  async stay(commands: string, words: string): Promise<void> {
    const running = this.#open(commands)
    this.#staying.push(running)
    await this.until(`"${words}" is printed`, () => running.printed().includes(words) || over(running))
  }

  printed(): string {
    return this.#staying.map(one => one.printed()).join('\n')
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const end = Date.now() + patienceMs
    while (!holds()) {
      if (Date.now() > end) throw new Error(`not within ${patienceMs / 1000} s: ${what}\n${this.printed()}`)
      await new Promise(done => setTimeout(done, lookMs))
    }
  }

  /** Exit codes of those that ended by themselves. */
  ended(): readonly (number | null)[] {
    return this.#staying.map(one => one.code()).filter(code => code !== undefined)
  }

  /** As Ctrl-C in each terminal. */
  async close(): Promise<void> {
    for (const one of this.#staying.filter(running => !over(running))) {
      const gone = once(one.child, 'close')
      process.kill(-one.child.pid!, 'SIGINT')
      await gone
    }
  }

  #open(commands: string): Running {
    const options = { cwd: this.#folder, env: this.#variables, detached: true } as const
    const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', commands], {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const pieces: string[] = []
    let code: number | null | undefined
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => pieces.push(text))
    child.once('close', ended => {
      code = ended
    })
    return { child, printed: () => pieces.join(''), code: () => code }
  }
}

function over(running: Running): boolean {
  return running.code() !== undefined
}
