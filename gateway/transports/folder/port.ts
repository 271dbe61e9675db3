// An exchange folder, wherever it lies: few operations, each whole or not at all. Paths are relative to the way's address,
// made by the hub out of checked names; what is behind them may be a disk of this machine or an SFTP server.

export interface FolderEntry {
  readonly name: string
  /** other: links, devices and the like. They are never read. */
  readonly kind: 'file' | 'folder' | 'other'
  readonly size: number
  /** By the clock of the folder's machine, in milliseconds. */
  readonly modifiedAt: number
}

/** Everything throws HUB_FOLDER_FAILED when the folder cannot be used; it opens its connection anew by itself. */
export interface Folder {
  list(path: string): Promise<readonly FolderEntry[]>
  /** undefined: nothing is there. */
  look(path: string): Promise<FolderEntry | undefined>
  /** In pieces; one is read only when the one before has been dealt with. Throws HUB_FILE_REFUSED for what is no plain file. */
  read(path: string): AsyncIterable<Uint8Array>
  /** Under another name first, flushed to the disk, then renamed: nobody sees a part of it. Replaces what is there.
   *  Throws HUB_FOLDER_CUT when it is not known whether it got its name. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** Atomic. false: `from` is not there, since somebody else was faster. */
  rename(from: string, to: string): Promise<boolean>
  /** No error when nothing is there. */
  remove(path: string): Promise<void>
  /** No error when it is there; its parent has to be. */
  makeFolder(path: string): Promise<void>
  close(): Promise<void>
}

/** Under which name a file is written before it gets its own. */
export const partEnding = '.part'

const forbidden = /[/\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/u
/** Room for the marks that the hub adds to a name; file systems end at 255 bytes. */
const maxNameBytes = 180

/** May the hub touch a file of this name? Nothing that leaves its folder, hides, or looks like another name. */
export function isPlainName(name: string): boolean {
  return name !== '' && !name.startsWith('.') && !forbidden.test(name) && Buffer.byteLength(name) <= maxNameBytes
}
