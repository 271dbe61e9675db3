// A child that says what it found, and one that ends without a word.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startChild } from '#ops/bench/child.ts'
import { createCleanup } from '#ops/bench/cleanup.ts'
import type { Setting } from '#ops/bench/setting.ts'
import { readTraffic, signer } from '#ops/bench/traffic.ts'

const root = new URL('../../../..', import.meta.url).pathname

function setting(): Setting {
  const dir = mkdtempSync(join(tmpdir(), 'hub-bench-'))
  const cleanup = createCleanup()
  onTestFinished(async () => {
    await cleanup.run()
    rmSync(dir, { recursive: true, force: true })
  })
  const options = { cold: false, brief: true, rate: 500, profiles: undefined }
  const none = () => Promise.reject(new Error('not in this test'))
  return { root, dir, env: {}, traffic: readTraffic(root), cleanup, options, brokers: none, port: none, say: () => {} }
}

test('a receiver finds the number of a message in what is delivered, and counts its first arrival only', async () => {
  const bench = setting()
  const { answer } = bench.traffic.to
  const child = startChild(bench, 'receiver.ts', { marker: '劳人仲案\\D{1,3}2026\\D{1,3}(\\d{7})号', answer })
  const url = await child.said<string>('ready')
  for (const n of [7, 8, 7]) {
    const heard = await fetch(url, { method: 'POST', body: bench.traffic.textOf(n) })
    expect(await heard.json()).toEqual(answer)
  }
  const { calls, arrivals } = await child.ask<{ calls: number; arrivals: Map<number, number> }>('arrivals')
  expect(calls).toBe(3)
  expect([...arrivals.keys()]).toEqual([7, 8])
  await child.stop()
})

test('a child that ends before it has spoken is an error that names it', async () => {
  const child = startChild(setting(), 'no-such-file.ts', {})
  await expect(child.said('ready')).rejects.toMatchObject({
    code: 'HUB_CLI_BENCH',
    facts: { process: 'no-such-file.ts', what: 'ended with 1' },
  })
})

test('messages differ by their number only and have the size that the reference figures are for', () => {
  const { textOf } = readTraffic(root)
  expect(textOf(1)).not.toBe(textOf(2))
  expect(textOf(1234567).replaceAll('1234567', '7654321')).toBe(textOf(7654321))
  expect(Buffer.byteLength(textOf(1))).toBeGreaterThan(1000)
  expect(Buffer.byteLength(textOf(1))).toBeLessThan(1200)
  expect(leaves(JSON.parse(textOf(1)))).toBe(43)
})

function leaves(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce((sum: number, one) => sum + leaves(one), 0)
}

test('two calls of the same second are signed differently', () => {
  const sign = signer(readTraffic(root))
  expect(sign('1').headers['x-bg-hmac-signature']).not.toBe(sign('2').headers['x-bg-hmac-signature'])
})
