// Which kind of folder an address names.
import type { WayConfig } from '#schemas/transport.ts'
import { localFolder } from './local.ts'
import type { Folder } from './port.ts'
import { sftpFolder } from './sftp.ts'

/** Throws HUB_START_CONFIG for an address that is no folder, or an SFTP server whose host key is not named. */
export function openFolder(way: WayConfig): Folder {
  return way.url.startsWith('file:') ? localFolder(way.url) : sftpFolder(way)
}
