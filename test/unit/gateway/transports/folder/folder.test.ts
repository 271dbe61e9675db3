// The same promises for every kind of exchange folder: a disk, a plain SFTP server, OpenSSH where it is installed.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openFolder } from '#gateway/transports/folder/open.ts'
import { type Folder, isPlainName } from '#gateway/transports/folder/port.ts'
import { noOpenssh, openssh } from '../../../../helpers/openssh.ts'
import { sftpServer, type TestSftp } from '../../../../helpers/sftp-server.ts'

function tempFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'exchange-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'out'))
  return root
}

function opened(folder: Folder): Folder {
  onTestFinished(() => folder.close())
  return folder
}

async function textOf(folder: Folder, path: string): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of folder.read(path)) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

interface Kind {
  readonly name: string
  readonly open: (root: string) => Promise<Folder>
}

const kinds: Kind[] = [
  { name: 'a local folder', open: async root => openFolder({ url: pathToFileURL(root).href }) },
  { name: 'a plain SFTP server', open: async root => openFolder((await sftpServer(root)).way) },
]
if (noOpenssh === undefined) kinds.push({ name: 'OpenSSH', open: async root => openFolder(await openssh(root)) })
else process.stderr.write(`OpenSSH is not tried: ${noOpenssh}\n`)

describe.each(kinds)('$name', ({ open }) => {
  it('gives what was written, whole, and leaves no part beside it', async () => {
    const root = tempFolder()
    const folder = opened(await open(root))
    const text = '虚甲一'.repeat(200_000)
    await folder.write('out/a.json', Buffer.from(text))
    await folder.write('out/empty.done', new Uint8Array())
    expect(await textOf(folder, 'out/a.json')).toBe(text)
    expect(readdirSync(join(root, 'out')).sort()).toEqual(['a.json', 'empty.done'])
    expect(await folder.list('out')).toMatchObject([
      { name: 'a.json', kind: 'file', size: Buffer.byteLength(text) },
      { name: 'empty.done', kind: 'file', size: 0 },
    ])
  })

  it('replaces a file by writing it again', async () => {
    const root = tempFolder()
    const folder = opened(await open(root))
    await folder.write('out/a.json', Buffer.from('one'))
    await folder.write('out/a.json', Buffer.from('two'))
    expect(readFileSync(join(root, 'out', 'a.json'), 'utf8')).toBe('two')
  })

  it('lets one of many rename a file, and tells the others that it is gone', async () => {
    const root = tempFolder()
    mkdirSync(join(root, 'out', 'taken'))
    writeFileSync(join(root, 'out', 'a'), 'x')
    const folder = opened(await open(root))
    const taken = await Promise.all(Array.from({ length: 8 }, (_, n) => folder.rename('out/a', `out/taken/${n}`)))
    expect(taken.filter(Boolean)).toHaveLength(1)
    expect(readdirSync(join(root, 'out', 'taken'))).toEqual([String(taken.indexOf(true))])
  })

  it('tells a folder that is not there from a file that is not there', async () => {
    const folder = opened(await open(tempFolder()))
    expect(await folder.look('out/none')).toBeUndefined()
    await folder.remove('out/none')
    expect(await folder.rename('out/none', 'out/other')).toBe(false)
    await expect(folder.list('away')).rejects.toMatchObject({ code: 'HUB_FOLDER_FAILED' })
    await expect(folder.rename('out/none', 'away/other')).rejects.toMatchObject({ code: 'HUB_FOLDER_FAILED' })
    await folder.makeFolder('out/done')
    await folder.makeFolder('out/done')
    expect(await folder.list('out')).toMatchObject([{ name: 'done', kind: 'folder' }])
  })

  it('follows no link, neither of a file nor of a folder', async () => {
    const root = tempFolder()
    const outside = tempFolder()
    writeFileSync(join(outside, 'secret.json'), '{}')
    symlinkSync(join(outside, 'secret.json'), join(root, 'out', 'a.json'))
    symlinkSync(outside, join(root, 'elsewhere'))
    const folder = opened(await open(root))
    expect(await folder.list('out')).toMatchObject([{ name: 'a.json', kind: 'other' }])
    await expect(textOf(folder, 'out/a.json')).rejects.toMatchObject({ code: 'HUB_FILE_REFUSED' })
    await expect(folder.list('elsewhere')).rejects.toMatchObject({ code: 'HUB_FOLDER_FAILED' })
  })
})

describe('an SFTP folder', () => {
  async function served(): Promise<{ root: string; server: TestSftp; folder: Folder }> {
    const root = tempFolder()
    const server = await sftpServer(root)
    return { root, server, folder: opened(openFolder(server.way)) }
  }

  it('never speaks to a server that shows another host key', async () => {
    const { server } = await served()
    const hostKey = `SHA256:${'A'.repeat(43)}`
    const folder = opened(openFolder({ ...server.way, credentials: { ...server.way.credentials, hostKey } }))
    await expect(folder.list('out')).rejects.toMatchObject({ code: 'HUB_FOLDER_HOST_KEY' })
  })

  it('is not opened without the host key in the configuration', async () => {
    const { server } = await served()
    const { hostKey: _, ...credentials } = server.way.credentials!
    expect(() => openFolder({ ...server.way, credentials })).toThrow(
      expect.objectContaining({ code: 'HUB_START_CONFIG' }),
    )
  })

  it('fails on a wrong password, and on a server that is away', async () => {
    const { server } = await served()
    const wrong = opened(openFolder({ ...server.way, credentials: { ...server.way.credentials, password: 'x' } }))
    await expect(wrong.list('out')).rejects.toMatchObject({ facts: { cause: 'client-authentication' } })
    const away = opened(openFolder({ ...server.way, url: 'sftp://127.0.0.1:1/' }))
    await expect(away.list('out')).rejects.toMatchObject({
      code: 'HUB_FOLDER_FAILED',
      facts: { cause: 'ECONNREFUSED' },
    })
  })

  it('opens a new connection after it was cut', async () => {
    const { server, folder } = await served()
    await folder.list('out')
    server.hangUp()
    await expect
      .poll(() =>
        folder.list('out').then(
          () => server.connections(),
          () => 0,
        ),
      )
      .toBe(2)
  })

  it('says that nothing happened when the disk is full, and that nobody knows when it is cut while renaming', async () => {
    const { root, server, folder } = await served()
    server.fault = operation => (operation === 'write' ? 'fail' : undefined)
    await expect(folder.write('out/a.json', Buffer.from('x'))).rejects.toMatchObject({ code: 'HUB_FOLDER_FAILED' })
    expect(readdirSync(join(root, 'out'))).toEqual([])
    server.fault = operation => (operation === 'rename' ? 'cut' : undefined)
    await expect(folder.write('out/a.json', Buffer.from('x'))).rejects.toMatchObject({ code: 'HUB_FOLDER_CUT' })
    expect(readdirSync(join(root, 'out'))).toEqual(['a.json'])
  })

  it('breaks off reading when it is cut', async () => {
    const { root, server, folder } = await served()
    writeFileSync(join(root, 'out', 'a'), Buffer.alloc(1 << 20))
    let reads = 0
    server.fault = operation => (operation === 'read' && ++reads === 3 ? 'cut' : undefined)
    await expect(textOf(folder, 'out/a')).rejects.toMatchObject({ code: 'HUB_FOLDER_FAILED', facts: { cause: 'CUT' } })
  })
})

it('touches no name that leaves the folder, hides or cannot be told from another', () => {
  expect(['a.json', '案件 1.json', 'x~1.csv'].filter(isPlainName)).toHaveLength(3)
  const odd = ['', '.', '..', '.a', '../a', 'a/b', 'a\\b', 'a\nb', 'a\u202eb', 'a\u0000', 'a\ufffdb', 'x'.repeat(181)]
  expect(odd.filter(isPlainName)).toEqual([])
})
