import { describe, expect, test } from 'vitest'
import { commands } from '#ops/bootstrap/commands.mjs'
import { asSetupError, requireSpace, speaksOfFullDisk } from '#ops/bootstrap/disk.mjs'
import { javaMajor } from '#ops/bootstrap/kafka.mjs'
import { requireNode } from '#ops/bootstrap/node-version.mjs'
import { add, closingLine, tallyOf } from '#ops/bootstrap/tests.mjs'

const report = (passed: number, failed: number, files: object[] = []): string =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, testResults: files })

describe('tallyOf', () => {
  test('takes the counts of the report', () => {
    expect(tallyOf(report(7, 2), 1)).toEqual({ passed: 7, failed: 2 })
  })

  test('counts a file that could not be loaded', () => {
    const files = [{ status: 'failed', assertionResults: [] }]
    expect(tallyOf(report(7, 0, files), 1)).toEqual({ passed: 7, failed: 1 })
  })

  test('counts a crash beside the tests as one failure', () => {
    expect(tallyOf(report(7, 0), 1)).toEqual({ passed: 7, failed: 1 })
  })
})

test('the closing line has exactly the agreed form', () => {
  expect(closingLine(add({ passed: 4, failed: 0 }, { passed: 10, failed: 1 }))).toBe('14 passed, 1 failed')
})

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['java version "1.8.0_402"', 8],
  ['openjdk version "21" 2023-09-19', 21],
  ['no version here', 0],
])('java says %s: major version %i', (text, major) => {
  expect(javaMajor(text)).toBe(major)
})

test('less than 500 MB free is refused before a download', () => {
  expect(() => requireSpace('/d', 499)).toThrow(expect.objectContaining({ code: 'HUB_SETUP_DISK_FULL' }))
  expect(() => requireSpace('/d', 500)).not.toThrow()
  expect(['npm error code ENOSPC', 'No space left on device', 'ok'].map(speaksOfFullDisk)).toEqual([true, true, false])
})

test('unit tests, lint and documents need neither Java nor Kafka', () => {
  const needy = Object.entries(commands).filter(([, command]) => command.needsKafka([]))
  const without = process.env.KAFKA_BROKERS
    ? ['chaos', 'check', 'ci', 'test']
    : ['bench', 'chaos', 'check', 'ci', 'start', 'test']
  expect(needy.map(([name]) => name).toSorted()).toEqual(without)
})

test('an old Node is refused', () => {
  expect(() => requireNode('18.20.1')).toThrow(expect.objectContaining({ code: 'HUB_SETUP_NODE_OLD' }))
  expect(() => requireNode('20.0.0')).not.toThrow()
})

test('what the operating system refuses becomes one sentence', () => {
  const refusal = (code: string): unknown => asSetupError(Object.assign(new Error('mkdir'), { code }), '/d')
  expect(refusal('EACCES')).toMatchObject({
    code: 'HUB_SETUP_NOT_WRITABLE',
    facts: { directory: '/d', cause: 'EACCES' },
  })
  expect(refusal('ENOSPC')).toMatchObject({ code: 'HUB_SETUP_DISK_FULL' })
  expect(refusal('EIO')).not.toHaveProperty('facts')
})
