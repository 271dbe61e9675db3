// Writes the two folders of a new connector from the files beside this one.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const ending = '.template'

/** Repository paths of the files written. Leaves nothing behind when it fails half-way. */
export function fillTemplates(root: string, id: string): string[] {
  try {
    return ['connectors', 'mappings'].flatMap(folder => fill(root, folder, id))
  } catch (error) {
    removeFolders(root, id)
    throw error
  }
}

export function removeFolders(root: string, id: string): void {
  for (const folder of ['connectors', 'mappings']) rmSync(join(root, folder, id), { recursive: true, force: true })
}

function fill(root: string, folder: string, id: string): string[] {
  const from = join(import.meta.dirname, folder)
  return readdirSync(from, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith(ending))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
    .map(file => {
      const path = join(folder, id, relative(from, file).slice(0, -ending.length))
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), readFileSync(file, 'utf8').replaceAll('{{id}}', id))
      return path
    })
}
