// A real SFTP server over a folder, on a socket of this machine: SSH and SFTP by ssh2's own server side. It knows no extension
// of OpenSSH, as many appliances do not. Tests can make it fail, or hang up right after it has done something.
import fs from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2'
import { onTestFinished } from 'vitest'
import type { WayConfig } from '#schemas/transport.ts'
import { testKey } from './ssh-keys.ts'

const { STATUS_CODE } = ssh2.utils.sftp

/** What the server is told to do with a request instead of answering it: fail; do it and hang up; do it and say nothing. */
export type Fault = 'fail' | 'cut' | 'mute' | undefined

export interface TestSftp {
  readonly way: WayConfig
  /** Asked before each request. */
  fault: (operation: string, path: string) => Fault
  /** Ends every connection. */
  hangUp(): void
  /** How many connections were opened so far. */
  connections(): number
}

export const password = 'sftp-password'

export async function sftpServer(root: string): Promise<TestSftp> {
  const host = testKey()
  const open = new Set<Connection>()
  let count = 0
  const state: { fault: TestSftp['fault'] } = { fault: () => undefined }
  const ssh = new ssh2.Server({ hostKeys: [host.privateKey] }, client => {
    open.add(client)
    count += 1
    client.on('error', () => undefined)
    client.on('close', () => open.delete(client))
    client.on('authentication', ask => {
      const fits = ask.method === 'password' && ask.username === 'hub' && ask.password === password
      if (fits) ask.accept()
      else ask.reject(['password'])
    })
    client.on('session', accept => {
      accept().on('sftp', acceptSftp => serve(acceptSftp(), root, (op, path) => state.fault(op, path), client))
    })
  })
  const server = createServer({ noDelay: true }, socket => ssh.injectSocket(socket))
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const hangUp = () => {
    for (const client of open) client.end()
  }
  onTestFinished(async () => {
    hangUp()
    await new Promise<void>(done => server.close(() => done()))
  })
  const url = `sftp://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const credentials = { username: 'hub', password, hostKey: host.fingerprint }
  return Object.assign(state, { way: { url, credentials }, hangUp, connections: () => count })
}

type Handle = { readonly fd: number } | { readonly names: string[]; readonly dir: string }

function serve(sftp: SFTPWrapper, root: string, faultOf: TestSftp['fault'], client: Connection): void {
  const handles = new Map<number, Handle>()
  let next = 0
  const open = (handle: Handle): Buffer => {
    handles.set(++next, handle)
    return Buffer.from([next])
  }
  const at = (path: string) => join(root, path)
  const run = (operation: string, id: number, path: string, act: () => (() => void) | undefined) => {
    const fault = faultOf(operation, path)
    if (fault === 'fail') return void sftp.status(id, STATUS_CODE.FAILURE)
    try {
      const answer = act()
      if (fault === 'cut') return void client.end()
      if (fault === 'mute') return
      if (answer) answer()
      else sftp.status(id, STATUS_CODE.OK)
    } catch (error) {
      if (fault === 'cut') return void client.end()
      const { code } = error as NodeJS.ErrnoException
      sftp.status(id, code === 'ENOENT' ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE)
    }
  }
  const fileOf = (handle: Buffer) => (handles.get(handle[0]!) as { fd: number }).fd
  sftp.on('OPEN', (id, path, flags) =>
    run('open', id, path, () => {
      const fd = fs.openSync(at(path), flags & 2 ? 'w' : 'r')
      const handle = open({ fd })
      return () => sftp.handle(id, handle)
    }),
  )
  sftp.on('READ', (id, handle, offset, length) =>
    run('read', id, '', () => {
      const piece = Buffer.alloc(length)
      const read = fs.readSync(fileOf(handle), piece, 0, length, offset)
      return () => (read === 0 ? sftp.status(id, STATUS_CODE.EOF) : sftp.data(id, piece.subarray(0, read)))
    }),
  )
  sftp.on('WRITE', (id, handle, offset, data) =>
    run('write', id, '', () => void fs.writeSync(fileOf(handle), data, 0, data.length, offset)),
  )
  sftp.on('CLOSE', (id, handle) =>
    run('close', id, '', () => {
      const one = handles.get(handle[0]!)
      if (one && 'fd' in one) fs.closeSync(one.fd)
      handles.delete(handle[0]!)
      return undefined
    }),
  )
  const attrsOf = (stats: fs.Stats) => ({
    mode: stats.mode,
    uid: stats.uid,
    gid: stats.gid,
    size: stats.size,
    atime: Math.floor(stats.atimeMs / 1000),
    mtime: Math.floor(stats.mtimeMs / 1000),
  })
  const look = (id: number, path: string) =>
    run('look', id, path, () => {
      const attrs = attrsOf(fs.lstatSync(at(path)))
      return () => sftp.attrs(id, attrs)
    })
  sftp.on('LSTAT', look)
  sftp.on('STAT', look)
  sftp.on('FSTAT', (id, handle) =>
    run('look', id, '', () => {
      const attrs = attrsOf(fs.fstatSync(fileOf(handle)))
      return () => sftp.attrs(id, attrs)
    }),
  )
  sftp.on('OPENDIR', (id, path) =>
    run('list', id, path, () => {
      const handle = open({ names: fs.readdirSync(at(path)), dir: at(path) })
      return () => sftp.handle(id, handle)
    }),
  )
  sftp.on('READDIR', (id, handle) =>
    run('list', id, '', () => {
      const one = handles.get(handle[0]!) as { names: string[]; dir: string }
      const names = one.names.splice(0, 100)
      if (names.length === 0) return () => sftp.status(id, STATUS_CODE.EOF)
      // One that another process has taken since is left out, as real servers do.
      const found = names.flatMap(filename => {
        const stats = fs.lstatSync(join(one.dir, filename), { throwIfNoEntry: false })
        return stats ? [{ filename, longname: filename, attrs: attrsOf(stats) }] : []
      })
      return () => sftp.name(id, found)
    }),
  )
  sftp.on('MKDIR', (id, path) => run('mkdir', id, path, () => void fs.mkdirSync(at(path))))
  sftp.on('REMOVE', (id, path) => run('remove', id, path, () => fs.unlinkSync(at(path)) as undefined))
  sftp.on('RENAME', (id, from, to) =>
    run('rename', id, to, () => {
      // As version 3 says it: never over a file that is there.
      if (fs.lstatSync(at(from)) && fs.existsSync(at(to))) throw new Error('exists')
      return fs.renameSync(at(from), at(to)) as undefined
    }),
  )
  sftp.on('REALPATH', (id, path) =>
    run('look', id, path, () => () => sftp.name(id, [{ filename: path, longname: path, attrs: {} as never }])),
  )
}
