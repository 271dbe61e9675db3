// As root, servers run as another account, from a folder that it can reach.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { accountFor, folderOf, reachable } from '#ops/bootstrap/databases/account.ts'

function programs(mode: number): string {
  const home = mkdtempSync(join(tmpdir(), 'hub-home-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  mkdirSync(join(home, 'bin'))
  writeFileSync(join(home, 'bin/server'), '#!/bin/sh\n', { mode: 0o755 })
  chmodSync(home, mode)
  return home
}

const isRoot = process.getuid?.() === 0

it('takes another account for root alone', () => {
  const account = accountFor(['no-such-account'])
  expect(account === undefined).toBe(!isRoot)
  expect(account?.uid).not.toBe(0)
})

it('copies programs that lie in a home which is closed to the account, and no others', () => {
  const account = accountFor([])
  const folder = folderOf(account, 'hub-copy-')
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const open = programs(0o755)
  const closed = programs(0o700)
  expect(reachable(open, 'bin/server', account, folder)).toBe(open)
  const copy = reachable(closed, 'bin/server', account, folder)
  expect(copy).toBe(isRoot ? join(folder, 'programs') : closed)
  expect(spawnSync(join(copy, 'bin/server'), { ...account }).status).toBe(0)
})
