// The connectors of the repository, loaded once for all test files of a worker: reading all mappings takes a second.
import { join } from 'node:path'
import { loadConnectors, loadWorld } from '#gateway/loader/discover.ts'

export const root = join(import.meta.dirname, '../..')
export const world = loadWorld(root)
export const connectors = await loadConnectors(root, world)
