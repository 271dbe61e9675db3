import { expect, it } from 'vitest'
import { connectorDirs, loadConnectors, loadWorld } from '#gateway/loader/discover.ts'

const root = new URL('../../../..', import.meta.url).pathname

it('loads the connectors that are asked for, and by default all; each folder bears its connector’s name', async () => {
  const world = loadWorld(root)
  const some = await loadConnectors(root, world, new Set(['hotline-12345', 'court-odr', 'nobody']))
  expect([...some.keys()].sort()).toEqual(['court-odr', 'hotline-12345'])
  const all = await loadConnectors(root, world)
  expect([...all.keys()].sort()).toEqual(connectorDirs(root).map(dir => dir.split('/').at(-1)!))
})
