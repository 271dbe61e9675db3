// An exchange folder, on a disk or behind an SFTP server, that keeps what comes and can be made to fail.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Entry } from '#gateway/deliver/entry.ts'
import { aboutOf, deliveryName } from '#gateway/transports/file-drop/names.ts'
import { startLine } from '../../helpers/databases.ts'
import { sftpServer } from '../../helpers/sftp-server.ts'
import { fileOut } from '../../unit/gateway/deliver/doors.ts'
import type { Stand } from './contract.ts'

const nameOf = (entry: Entry) => deliveryName(fileOut.name, { ...entry, message: 'say' })
const said: Stand['said'] = ({ caseId, deliveryId }) =>
  JSON.stringify({ subject: caseId, deliveryid: deliveryId, words: '“𠮷”,\n<&>;' })

/** The folder itself: what stands in it whole, with its mark, has been delivered. */
function folder() {
  const root = mkdtempSync(join(tmpdir(), 'exchange-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'in'))
  const held = async () => {
    const names = readdirSync(join(root, 'in'))
    return names
      .filter(name => names.includes(`${name}.done`))
      .map(name => ({
        deliveryId: aboutOf(fileOut.name, name)!.deliveryId,
        text: readFileSync(join(root, 'in', name), 'utf8'),
      }))
  }
  // Another life wrote it and died before its mark.
  const hold = async (entry: Entry) => writeFileSync(join(root, 'in', nameOf(entry)), said(entry))
  return { root, held, hold, said }
}

export async function localStand(): Promise<Stand> {
  const { root, ...common } = folder()
  const moved = join(root, 'gone')
  const inbox = join(root, 'in')
  return {
    ...common,
    job: { kind: 'file', way: { url: pathToFileURL(root).href } },
    away: async () => renameSync(inbox, moved),
    back: async () => renameSync(moved, inbox),
    // Whoever opens a pipe waits until somebody reads from it.
    async hang(entry) {
      const pipe = join(inbox, `${nameOf(entry)}.part`)
      execFileSync('mkfifo', [pipe])
      return async () => {
        const reader = await open(pipe, 'r')
        await reader.close()
      }
    },
    // The system's own words for what is wrong name the path.
    async object(words) {
      rmSync(inbox, { recursive: true })
      writeFileSync(inbox, words)
    },
  }
}

export async function sftpStand(): Promise<Stand> {
  const { root, ...common } = folder()
  const server = await sftpServer(root)
  const line = await startLine(server.way)
  const afterwards = async () => {
    server.fault = () => undefined
    server.hangUp()
  }
  return {
    ...common,
    job: { kind: 'file', way: line.way },
    away: line.cut,
    back: line.mend,
    async cutting(attempt) {
      server.fault = (operation, path) => (operation === 'rename' && path.endsWith('.json') ? 'cut' : undefined)
      const result = await attempt()
      server.fault = () => undefined
      return result
    },
    async hang(entry) {
      const name = nameOf(entry)
      server.fault = (operation, path) => (operation === 'rename' && path.endsWith(name) ? 'mute' : undefined)
      return afterwards
    },
    async object(words) {
      rmSync(join(root, 'in'), { recursive: true })
      writeFileSync(join(root, 'in'), words)
    },
  }
}
