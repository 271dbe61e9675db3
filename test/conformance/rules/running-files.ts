// Rules about systems that exchange files, over real folders: what C16 and C17 mean where nobody calls.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Json, Simulator } from '#connectors/sdk.ts'
import { isUnread } from '#gateway/formats/read.ts'
import { openStream } from '#gateway/formats/reader.ts'
import { goldenOf, messageOf } from '#gateway/loader/golden.ts'
import { inboxesOf, lookInto } from '#gateway/transports/file-drop/inbox.ts'
import { deliveryName, doneEnding } from '#gateway/transports/file-drop/names.ts'
import { localFolder } from '#gateway/transports/folder/local.ts'
import type { Subject } from '../subject.ts'

export function tempFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'exchange-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Long enough for a simulator to look into its folder some times. */
const looksMs = 300

/** A file without its mark may be half-written: the simulator takes none. */
export async function leavesUnmarked({ root, connector }: Subject, simulator: Simulator): Promise<string[]> {
  const { files, outbound } = connector!.manifest.transport
  const folder = folderOf(simulator)
  if (!outbound.includes('file-drop') || !files?.out || !folder) return []
  const before = JSON.stringify(simulator.store())
  const made = goldenOf(root, connector!).filter(one => one.file.endsWith('.outbound.json'))
  await mkdir(join(folder, files.out.folder), { recursive: true })
  const laid = made.map(({ file, value }, index) => {
    const message = messageOf([...connector!.outbound.keys()], basename(file, '.outbound.json'))
    const id = `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`
    const name = deliveryName(files.out!.name, { message, caseId: id, eventId: id, deliveryId: id })
    const text = JSON.stringify((value as { record: Json }[])[0]?.record ?? null)
    writeFileSync(join(folder, files.out!.folder, name), text.slice(0, text.length / 2))
    return name
  })
  await new Promise(done => setTimeout(done, looksMs))
  const gone = laid.filter(name => !existsSync(join(folder, files.out!.folder, name)))
  return [
    ...(gone.length > 0 ? ['the simulator takes a file that has no mark'] : []),
    ...(JSON.stringify(simulator.store()) === before ? [] : ['the store changes for a file that has no mark']),
  ]
}

/** What lies newly in the folder, as the hub reads it. undefined: nothing was laid out. */
export async function readLaid(
  { connector }: Subject,
  simulator: Simulator,
  before: ReadonlySet<string>,
): Promise<{ readonly message: string; readonly tree: unknown } | undefined> {
  const root = folderOf(simulator)
  const inbox = inboxesOf(connector!.manifest)[0]
  if (!root || !inbox) return undefined
  const folder = localFolder(simulator.ways!['file-drop']!.url)
  const { whole } = await lookInto(folder, inbox)
  const name = whole.find(one => !before.has(one))
  const kind = name === undefined ? undefined : inbox.kindOf(name)
  if (name === undefined || !kind) return undefined
  for await (const reads of openStream(folder.read(`${inbox.folder}/${name}`), undefined, kind.format)) {
    const first = reads[0]
    return { message: kind.message, tree: first && !isUnread(first) ? first.tree : undefined }
  }
  return { message: kind.message, tree: undefined }
}

/** Names of all that lies there by now. */
export function laidSoFar({ connector }: Subject, simulator: Simulator): ReadonlySet<string> {
  const root = folderOf(simulator)
  const folder = connector!.manifest.transport.files?.in?.folder
  if (!root || !folder || !existsSync(join(root, folder))) return new Set()
  return new Set(readdirSync(join(root, folder)).filter(name => !name.endsWith(doneEnding)))
}

function folderOf({ ways }: Simulator): string | undefined {
  const url = ways?.['file-drop']?.url
  return url?.startsWith('file:') ? fileURLToPath(url) : undefined
}
