// The door of systems that exchange files: one file a delivery, whole or not there, under a name made of its ids. The same
// delivery has the same name, so that a repeat is recognised; what the receiver says comes later, as a file of its own.
import { isHubError } from '#schemas/errors.ts'
import type { FilesSpec } from '#schemas/transport.ts'
import { writeBody } from '../formats/writer.ts'
import { ackEnding, deliveryName, doneEnding, doneFolder, takenFolder } from '../transports/file-drop/names.ts'
import { openFolder } from '../transports/folder/open.ts'
import type { Folder } from '../transports/folder/port.ts'
import type { PushDoor, Result } from './door.ts'
import { failureOf } from './native.ts'
import { type OutboundDeps, outboundOf } from './outbound.ts'

export interface FileDeps extends OutboundDeps {
  readonly now: () => Date
}

type Out = NonNullable<FilesSpec['out']>

export function fileDoor(deps: FileDeps): PushDoor {
  const { system, connector } = deps
  const { transport, outbound } = connector.manifest
  const { files, repeats } = transport
  const way = system.ways?.['file-drop']
  const folder = way && openFolder(way)
  return {
    system: system.id,
    repeats,
    canLookUp: true,
    async attempt(entry) {
      try {
        const said = await outboundOf(deps, entry, deps.now())
        if (!said) return { kind: 'skipped', code: 'NO_OUTBOUND_RULE' }
        if (!folder) return { kind: 'retry', code: 'NO_ADDRESS', unreached: true }
        const { body } = writeBody([said.native], outbound.find(rule => rule.message === said.message) ?? {})
        const name = deliveryName(files!.out!.name, { ...entry, message: said.message })
        return await layOut(folder, files!.out!, { name, body, isDoubtful: entry.doubtful })
      } catch (error) {
        return resultOf(error)
      }
    },
    close: async () => folder?.close(),
  }
}

interface LaidOut {
  readonly name: string
  readonly body: Buffer
  readonly isDoubtful: boolean
}

async function layOut(folder: Folder, out: Out, { name, body, isDoubtful }: LaidOut): Promise<Result> {
  const path = `${out.folder}/${name}`
  if (isDoubtful && (await hasArrived(folder, out, name))) return { kind: 'delivered' }
  if (!(await folder.look(path))) await folder.write(path, body)
  // Where the mark is missing the receiver has not looked at the file yet.
  if (out.done !== false) await folder.write(`${path}${doneEnding}`, new Uint8Array())
  return { kind: 'delivered' }
}

/** Has the receiver taken it, or answered? A file that still lies there is no more than a file: its mark may be missing. */
async function hasArrived(folder: Folder, out: Out, name: string): Promise<boolean> {
  const archive = `${out.folder}/${out.archive ?? doneFolder}`
  const places = [
    `${archive}/${name}`,
    `${out.folder}/${name}${ackEnding}`,
    `${out.folder}/${doneFolder}/${name}${ackEnding}`,
  ]
  for (const place of places) if (await maybe(folder.look(place))) return true
  const taken = await maybe(folder.list(`${out.folder}/${takenFolder}`))
  return taken?.some(one => one.name.endsWith(`~${name}${ackEnding}`)) ?? false
}

/** A folder that nobody has made yet holds nothing. */
async function maybe<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking
  } catch (error) {
    if (isHubError(error, 'HUB_FOLDER_FAILED') && error.facts.cause === 'ENOENT') return undefined
    throw error
  }
}

/** While the folder cannot be used nothing reaches the receiver, however long that lasts. */
function resultOf(error: unknown): Result {
  if (isHubError(error, 'HUB_FOLDER_CUT')) return { kind: 'unknown', code: error.code }
  if (isHubError(error, 'HUB_FOLDER_FAILED', 'HUB_FOLDER_HOST_KEY'))
    return { kind: 'retry', code: error.code, unreached: true }
  return failureOf(error)
}
