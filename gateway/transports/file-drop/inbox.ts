// The folders out of which the hub reads for one system, with the conventions of each: what it lays out by itself, and its
// answers to what the hub laid out.
import { HubError } from '#schemas/errors.ts'
import type { Manifest, MessageFormat } from '#schemas/files.ts'
import type { AnswerAbout } from '../../sources/port.ts'
import { type Folder, type FolderEntry, isPlainName, partEnding } from '../folder/port.ts'
import { aboutOf, ackEnding, answerMessage, doneEnding, messageOf } from './names.ts'

export interface Inbox {
  readonly folder: string
  /** `<name>.done` says that a file is whole; else its name alone does. */
  readonly marked: boolean
  /** The hub answers each file by an `.ack`. */
  readonly ack: boolean
  readonly isMine: (name: string) => boolean
  readonly kindOf: (name: string) => FileKind | undefined
}

export interface FileKind {
  readonly message: string
  readonly format: MessageFormat
  readonly about?: AnswerAbout
  /** It says nothing that the hub has to know: put away unread. */
  readonly isMute?: boolean
}

/** Throws HUB_START_CONNECTOR where a name is of a message that the manifest does not have. */
export function inboxesOf(manifest: Manifest): readonly Inbox[] {
  const { in: laid, out } = manifest.transport.files ?? {}
  const stray = laid?.names.find(one => manifest.messages[one.message] === undefined)?.message
  if (stray !== undefined)
    throw new HubError('HUB_START_CONNECTOR', {
      connector: manifest.id,
      problem: `transport.files names message ${stray}`,
    })
  const answer = answerMessage(manifest)
  const kind = (message: string | undefined): FileKind | undefined =>
    message === undefined ? undefined : { message, format: manifest.messages[message]! }
  const inboxes: Inbox[] = []
  if (laid)
    inboxes.push({
      folder: laid.folder,
      marked: laid.complete !== 'rename',
      ack: laid.ack !== false,
      isMine: name => ![doneEnding, ackEnding, partEnding].some(ending => name.endsWith(ending)),
      kindOf: name => kind(messageOf(laid.names, name)),
    })
  if (out && answer !== undefined)
    inboxes.push({
      folder: out.folder,
      marked: false,
      ack: false,
      isMine: name => name.endsWith(ackEnding),
      kindOf(name) {
        const named = aboutOf(out.name, name.slice(0, -ackEnding.length))
        if (!named) return undefined
        const { message, ...about } = named
        return { ...kind(answer)!, about, isMute: out.answers?.includes(message) === false }
      },
    })
  return inboxes
}

/** What lies in a folder, by what is to be done with it. */
export interface Looked {
  /** Whole, oldest first. */
  readonly whole: readonly string[]
  /** Without their mark, with the time of their last byte. */
  readonly unmarked: readonly FolderEntry[]
  /** Names that the hub does not touch: links, odd characters, no message of that name. */
  readonly refused: readonly string[]
}

export async function lookInto(folder: Folder, inbox: Inbox): Promise<Looked> {
  const entries = await folder.list(inbox.folder)
  const names = new Set(entries.map(entry => entry.name))
  const whole: FolderEntry[] = []
  const unmarked: FolderEntry[] = []
  const refused: string[] = []
  for (const entry of entries) {
    const { name, kind } = entry
    if (kind === 'folder' || !inbox.isMine(name)) continue
    if (kind === 'other' || !isPlainName(name) || inbox.kindOf(name) === undefined) refused.push(name)
    else if (inbox.marked && !names.has(`${name}${doneEnding}`)) unmarked.push(entry)
    else whole.push(entry)
  }
  whole.sort((a, b) => a.modifiedAt - b.modifiedAt || (a.name < b.name ? -1 : 1))
  return { whole: whole.map(entry => entry.name), unmarked, refused }
}
