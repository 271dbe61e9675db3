import { expect, it } from 'vitest'
import { momentOf } from '#ops/cli/since.ts'

it('reads a day, a time and how long ago, and nothing else', () => {
  const now = new Date('2026-03-02T10:00:00Z')
  const at = (text: string) => {
    const ms = momentOf(text, now)
    return ms === undefined ? undefined : new Date(ms).toISOString()
  }
  expect(['2026-03-01', '2026-03-01T08:00:00+08:00', '90m', '36h', '7d'].map(at)).toEqual([
    '2026-03-01T00:00:00.000Z',
    '2026-03-01T00:00:00.000Z',
    '2026-03-02T08:30:00.000Z',
    '2026-02-28T22:00:00.000Z',
    '2026-02-23T10:00:00.000Z',
  ])
  expect(['yesterday', '7w', '2026-03-99', '', '12'].map(at)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
