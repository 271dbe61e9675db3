// The history can be read by area.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './support/files.ts'

const subject = /^[a-z][a-z0-9-]*(\([a-z0-9-]+\))?(, [a-z0-9-]+)*: [a-z`"0-9][^\n]{3,110}(?<!\.)$/

test('the latest commits say `area: imperative, lower case`', () => {
  // A source archive has no history to check.
  if (!existsSync(join(root, '.git'))) return
  const log = execFileSync('git', ['log', '--no-merges', '-50', '--format=%s'], { cwd: root, encoding: 'utf8' })
  expect(
    log
      .trim()
      .split('\n')
      .filter(line => !subject.test(line)),
  ).toEqual([])
})

test('the pattern refuses what is not of that form', () => {
  expect(subject.test('mappings(northgate): map withdrawn cases to closed')).toBe(true)
  expect(['Fix bug', 'gateway: Added retry', 'wip'].filter(line => subject.test(line))).toEqual([])
})
