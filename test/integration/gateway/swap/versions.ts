// Versions of one mapping and of the value table that changes with it, as files for the command line.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../helpers/hub.ts'

export const connector = 'labour-arbitration'

/** What the word 申请 means by version. */
export const says: Readonly<Record<number, string>> = {
  1: 'REGISTERED',
  2: 'ACCEPTED',
  3: 'IN_PROGRESS',
  4: 'MEDIATING',
}

export interface VersionFiles {
  readonly mapping: string
  readonly table: string
}

export function mappingText(version: number): string {
  return onDisk('case.inbound.yaml').replace(/^version: \d+/m, `version: ${version}`)
}

export function tableText(version: number): string {
  return onDisk('status.table.yaml')
    .replace(/^version: \d+/m, `version: ${version}`)
    .replace('{ from: 申请, to: REGISTERED', `{ from: 申请, to: ${says[version]}`)
}

export function writeVersion(dir: string, version: number): VersionFiles {
  const folder = join(dir, String(version), connector)
  mkdirSync(folder, { recursive: true })
  const files = { mapping: join(folder, 'case.inbound.yaml'), table: join(folder, 'status.table.yaml') }
  writeFileSync(files.mapping, mappingText(version))
  writeFileSync(files.table, tableText(version))
  return files
}

function onDisk(file: string): string {
  return readFileSync(join(root, 'mappings', connector, file), 'utf8')
}
