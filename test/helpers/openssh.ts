// OpenSSH's own server, where it is installed: what most exchange folders stand behind. Its rename and flush extensions are the
// ones that the hub prefers.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import type { WayConfig } from '#schemas/transport.ts'
import { testKey } from './ssh-keys.ts'

const sshd = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd'].find(path => existsSync(path))

/** Why OpenSSH cannot be tried here; undefined: it can. */
export const noOpenssh = sshd === undefined ? 'no sshd on this machine: install the package openssh-server' : undefined

/** Serves this user's files, by a key pair made for the test. */
export async function openssh(root: string): Promise<WayConfig> {
  const dir = mkdtempSync(join(tmpdir(), 'sshd-'))
  const host = testKey()
  const user = testKey()
  writeFileSync(join(dir, 'host'), host.privateKey, { mode: 0o600 })
  writeFileSync(join(dir, 'keys'), `${user.line}\n`)
  const port = (await freePorts(1))[0]!
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(dir, 'host')}`,
    `AuthorizedKeysFile ${join(dir, 'keys')}`,
    `PidFile ${join(dir, 'pid')}`,
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    'StrictModes no',
    'UsePAM no',
    'Subsystem sftp internal-sftp',
  ]
  writeFileSync(join(dir, 'config'), `${lines.join('\n')}\n`)
  // Its own separation folder: packages leave it to their service manager.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true })
  const child = spawn(sshd!, ['-D', '-e', '-f', join(dir, 'config'), '-E', join(dir, 'log')], { stdio: 'ignore' })
  onTestFinished(async () => {
    await stop(child)
    rmSync(dir, { recursive: true, force: true })
  })
  await listening(port, child, join(dir, 'log'))
  const credentials = {
    username: userInfo().username,
    privateKey: user.privateKey,
    hostKey: host.fingerprint,
  }
  return { url: `sftp://127.0.0.1:${port}${root}`, credentials }
}

async function listening(port: number, child: ChildProcess, log: string): Promise<void> {
  for (let n = 0; n < 100; n++) {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${readFileSync(log, 'utf8')}`)
    const isOpen = await new Promise<boolean>(done => {
      const socket = connect(port, '127.0.0.1', () => done(true)).on('error', () => done(false))
      socket.on('connect', () => socket.destroy())
    })
    if (isOpen) return
    await new Promise(done => setTimeout(done, 50))
  }
  throw new Error('sshd does not listen')
}

// Its children serve the connections: they end with the test too.
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = new Promise(done => child.once('exit', done))
  spawnSync('pkill', ['-P', String(child.pid)])
  child.kill()
  await gone
}
