// Small trees to prove the rules on: the good connector whole, each bad one as the files in which it differs.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

const here = import.meta.dirname
const repository = join(here, '../..')

export interface Expected {
  /** What the rule finds, whole. */
  readonly finds: readonly string[]
  /** Files of the good connector that the bad one lacks. */
  readonly without?: readonly string[]
}

/** Folders of bad connectors, in the order of the rules that they prove. */
export function badRules(): string[] {
  return readdirSync(join(here, 'bad')).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

export function expectedOf(rule: string): Expected {
  return JSON.parse(readFileSync(join(here, 'bad', rule, 'expected.json'), 'utf8')) as Expected
}

/** A tree with one connector: the good one, changed as bad/<rule> says. Inside the repository, so that `#` aliases hold. */
export function plantTree(rule?: string): { readonly root: string; remove(): void } {
  mkdirSync(join(repository, '.cache'), { recursive: true })
  const root = mkdtempSync(join(repository, '.cache', 'conformance-'))
  cpSync(join(here, 'good'), root, { recursive: true })
  symlinkSync(join(repository, 'schemas'), join(root, 'schemas'))
  const bad = join(here, 'bad', rule ?? '')
  for (const folder of ['connectors', 'mappings'])
    if (rule !== undefined && existsSync(join(bad, folder)))
      cpSync(join(bad, folder), join(root, folder), { recursive: true })
  for (const path of rule === undefined ? [] : (expectedOf(rule).without ?? [])) rmSync(join(root, path))
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}
