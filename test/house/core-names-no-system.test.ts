// The core knows no connector and no system by name. The names come from disk, so a new one is held to it at once.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { code, findLines, listFiles, readText, root } from './support/files.ts'

interface Configuration {
  readonly systems?: readonly { readonly id: string }[]
}

function idsOnDisk(): string[] {
  const manifests = listFiles(['connectors'], /^connectors\/[^/]+\/manifest\.yaml$/)
  const configurations = listFiles(['connectors', 'ops'], /(^|\/)(demo|hub|hub\.example)\.yaml$/)
  if (existsSync(join(root, 'hub.yaml'))) configurations.push('hub.yaml')
  const systems = configurations.flatMap(path => (parse(readText(path)) as Configuration).systems ?? [])
  const folders = manifests.map(path => path.split('/')[1] as string)
  return [...new Set([...folders, ...manifests.map(idOf), ...systems.map(system => system.id)])]
}

function idOf(path: string): string {
  return (parse(readText(path)) as { id: string }).id
}

const core = listFiles(['schemas', 'mappings/engine', 'gateway', 'ops'], code)

test('no core source names a connector or a system, not even in a comment', () => {
  const ids = idsOnDisk()
  expect(ids.filter(id => id === 'engine' || id === 'tables')).toEqual([])
  const named = ids.flatMap(id => findLines(core, wordPattern(id)).map(place => `${place} names "${id}"`))
  expect(named).toEqual([])
})

test('an id counts as a whole word only', () => {
  expect(wordPattern('north-gate').test("from: 'north-gate'")).toBe(true)
  expect(wordPattern('north-gate').test('north-gate-2')).toBe(false)
})

function wordPattern(id: string): RegExp {
  return new RegExp(`(?<![\\w-])${id.replaceAll(/[.*+?^$()[\]{}|\\]/g, '\\$&')}(?![\\w-])`)
}
