// Disk: enough room before a download, and writable folders.
import { mkdirSync, statfsSync } from 'node:fs'
import { SetupError } from './messages.mjs'

const NEEDED_MB = 500

export function freeMbOf(directory) {
  const { bavail, bsize } = statfsSync(directory)
  return Math.floor((bavail * bsize) / (1024 * 1024))
}

export function requireSpace(directory, freeMb = freeMbOf(directory)) {
  if (freeMb < NEEDED_MB) throw diskFull(directory, freeMb)
}

export function makeFolder(directory) {
  try {
    mkdirSync(directory, { recursive: true })
  } catch (error) {
    throw asSetupError(error, directory)
  }
}

/** What the operating system refuses, as one of our messages; other errors come back as they are. */
export function asSetupError(error, directory) {
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return diskFull(directory, 0)
  if (error.code === 'EACCES' || error.code === 'EROFS' || error.code === 'EPERM') {
    return new SetupError('HUB_SETUP_NOT_WRITABLE', { directory, cause: error.code }, error)
  }
  return error
}

/** A tool's output says so in these words. */
export function speaksOfFullDisk(text) {
  return /ENOSPC|EDQUOT|No space left|Disk quota exceeded/i.test(text)
}

export function diskFull(directory, freeMb = freeMbOf(directory)) {
  return new SetupError('HUB_SETUP_DISK_FULL', { directory, freeMb, neededMb: NEEDED_MB })
}
