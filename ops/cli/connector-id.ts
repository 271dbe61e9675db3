// What a new connector may be called: a word that nobody else uses, so that it can be searched for.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { connectorDirs, demoConfig } from '#gateway/index.ts'
import { HubError } from '#schemas/errors.ts'

const form = /^[a-z][a-z0-9]*(-[a-z0-9]+)+$|^[a-z][a-z0-9]{4,}$/
const reserved = new Set(['engine', 'tables'])
const core = ['schemas', 'mappings/engine', 'gateway', 'ops']

/** Throws HUB_CLI_ID_FORM, HUB_CLI_ID_TAKEN or HUB_CLI_ID_COMMON. */
export function checkNewId(root: string, id: string): void {
  if (!form.test(id)) throw new HubError('HUB_CLI_ID_FORM', { id })
  if (reserved.has(id)) throw new HubError('HUB_CLI_ID_TAKEN', { id, where: `mappings/${id}` })
  const folder = [`connectors/${id}`, `mappings/${id}`].find(path => existsSync(join(root, path)))
  if (folder !== undefined) throw new HubError('HUB_CLI_ID_TAKEN', { id, where: folder })
  const { systems, subscriptions } = demoConfig(connectorDirs(root))
  const user = [...systems.map(one => [one.id, one.connector]), ...subscriptions.map(one => [one.id, one.system])].find(
    ([name]) => name === id,
  )
  if (user) throw new HubError('HUB_CLI_ID_TAKEN', { id, where: `the demonstration of ${user[1]}` })
  const file = sources(root).find(path => hasWord(readFileSync(path, 'utf8'), id))
  if (file !== undefined) throw new HubError('HUB_CLI_ID_COMMON', { id, file: relative(root, file) })
}

function sources(root: string): string[] {
  return core
    .map(folder => join(root, folder))
    .filter(folder => existsSync(folder))
    .flatMap(folder =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
        .map(entry => join(entry.parentPath, entry.name)),
    )
    .sort()
}

function hasWord(text: string, id: string): boolean {
  return new RegExp(`(?<![\\w-])${id}(?![\\w-])`).test(text)
}
