// All generated documents in one list: `npm run docs` writes them, a house test compares them with the files.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue } from '#schemas/errors.ts'
import { setupMessages } from '../../bootstrap/messages.mjs'
import { errorsPage } from './errors.ts'
import { systemsPage } from './systems.ts'
import { recordTypes } from './types.ts'

export interface GeneratedDocument {
  /** Relative to the repository. */
  readonly path: string
  readonly generate: (root: string) => string | Promise<string>
}

export const generatedDocuments: readonly GeneratedDocument[] = [
  { path: 'ops/handbook/errors.md', generate: () => errorsPage(errorParts) },
  { path: 'ops/handbook/systems.md', generate: systemsPage },
  { path: 'schemas/canonical/types.ts', generate: root => recordTypes(newestSchemas(root)) },
]

const errorParts = [
  { title: { en: 'The hub', zh: '枢纽运行' }, entries: catalogue },
  { title: { en: 'Set-up', zh: '安装与启动' }, entries: setupMessages },
]

function newestSchemas(root: string): Parameters<typeof recordTypes>[0] {
  const folder = join(root, 'schemas', 'canonical')
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => join(folder, entry.name))
    .sort()
    .map(path => JSON.parse(readFileSync(join(path, newestVersion(readdirSync(path))), 'utf8')))
}

function newestVersion(names: readonly string[]): string {
  const number = (name: string): number => Number(/^v(\d+)\.avsc$/.exec(name)?.[1] ?? -1)
  return names.reduce((newest, name) => (number(name) > number(newest) ? name : newest))
}
