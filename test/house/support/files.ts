// The files of the repository, as the house tests see them.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../../..')

const skipped = new Set(['node_modules', '.git', '.cache', '.data', 'coverage', 'dist'])

/** Repository paths under `folders` whose name matches. */
export function listFiles(folders: readonly string[], name: RegExp): string[] {
  return folders.flatMap(folder => walk(join(root, folder))).filter(path => name.test(path))
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (skipped.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? walk(path) : [relative(root, path)]
  })
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

export const production = ['schemas', 'mappings', 'connectors', 'gateway', 'ops']
export const code = /\.(ts|tsx|mjs)$/

/** `file:line` of every line that matches. */
export function findLines(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap(path =>
    readText(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  )
}
