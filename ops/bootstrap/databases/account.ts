// Database servers refuse to run as root: then they run as an unprivileged account of this machine, in a folder of its own.
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Account {
  readonly uid: number
  readonly gid: number
}

/** undefined: the one of this process. @param names in order of preference */
export function accountFor(names: readonly string[]): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of [...names, 'nobody']) {
    const fields = lines.find(line => line.startsWith(`${name}:`))?.split(':')
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  return undefined
}

/** A new folder that is the account's. */
export function folderOf(account: Account | undefined, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), name))
  if (account) chownSync(folder, account.uid, account.gid)
  return folder
}

/** A folder of programs that the account can reach: the given one, else a copy, where a home is closed to others. */
export function reachable(programs: string, probe: string, account: Account | undefined, copyTo: string): string {
  if (!account || canRun(join(programs, probe), account)) return programs
  const copy = join(copyTo, 'programs')
  if (!existsSync(copy)) cpSync(programs, copy, { recursive: true, verbatimSymlinks: true })
  chmodSync(copy, 0o755)
  return copy
}

function canRun(program: string, account: Account): boolean {
  return spawnSync(program, ['--version'], { ...account, stdio: 'ignore' }).status === 0
}
