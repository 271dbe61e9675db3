// A copy of the repository as git knows it, committed, in which commands may write what they like.
import { execFileSync } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface RepositoryCopy {
  readonly root: string
  /** What differs from the commit, every new file by name. */
  changed(): string[]
  remove(): void
}

const repository = join(import.meta.dirname, '../..')
const author = ['-c', 'user.name=copy', '-c', 'user.email=copy@example.org']

function git(folder: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: folder, encoding: 'utf8' })
}

/** @param linked folders outside git that it shares with the repository */
export function copyRepository(linked: readonly string[]): RepositoryCopy {
  const root = mkdtempSync(join(tmpdir(), 'hub-copy-'))
  for (const path of git(repository, 'ls-files', '-z').split('\0')) {
    if (!path || !existsSync(join(repository, path))) continue
    mkdirSync(dirname(join(root, path)), { recursive: true })
    cpSync(join(repository, path), join(root, path))
  }
  git(root, 'init', '-q')
  for (const folder of linked) {
    symlinkSync(join(repository, folder), join(root, folder))
    // A link is no folder to a pattern that ends with a slash.
    appendFileSync(join(root, '.git/info/exclude'), `${folder}\n`)
  }
  git(root, 'add', '-A')
  git(root, ...author, 'commit', '-qm', 'test: copy')
  return {
    root,
    changed: () => git(root, 'status', '--porcelain', '--untracked-files=all').split('\n').filter(Boolean),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}
