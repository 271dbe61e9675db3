// A real MariaDB of this machine, where there is one: tests install nothing.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import { watchOver } from '#ops/bootstrap/broker/watchdog.ts'
import { accountFor, folderOf } from '#ops/bootstrap/databases/account.ts'
import type { DatabaseServer } from '#ops/bootstrap/databases/postgres.ts'

// Debian keeps servers where only root looks for programs.
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` }
const user = 'hub'
const password = 'hub'

export const hasMariadb = spawnSync('mariadbd', ['--version'], { env, stdio: 'ignore' }).status === 0

export const noMariadb = 'no mariadbd on this machine: apt-get install mariadb-server, and these tests run too'

export async function startMariadb(): Promise<DatabaseServer> {
  const account = accountFor(['mysql'])
  const folder = folderOf(account, 'hub-mariadb-')
  const data = join(folder, 'data')
  const base = ['--no-defaults', `--datadir=${data}`]
  const flags = [...base, '--auth-root-authentication-method=normal', '--skip-test-db']
  const made = spawnSync('mariadb-install-db', flags, { ...account, env, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`mariadb-install-db: ${made.stderr}`)
  const port = (await freePorts(1))[0]!
  const more = [`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(folder, 's')}`, `--pid-file=${folder}/p`]
  const child = spawn('mariadbd', [...base, ...more, '--innodb-flush-log-at-trx-commit=0'], {
    ...account,
    env,
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  const dismiss = watchOver(child.pid!)
  await welcome(port, () => child.exitCode !== null)
  return {
    url: `mariadb://127.0.0.1:${port}/`,
    port,
    credentials: { user, password },
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      dismiss()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function welcome(port: number, isGone: () => boolean): Promise<void> {
  for (let n = 0; ; n += 1) {
    try {
      const root = await createConnection({ host: '127.0.0.1', port, user: 'root' })
      await root.query(`grant all on *.* to '${user}'@'%' identified by '${password}' with grant option`)
      await root.end()
      return
    } catch (cause) {
      if (isGone() || n > 300) throw new Error('mariadbd does not answer', { cause })
      await new Promise(done => setTimeout(done, 100))
    }
  }
}
