import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fullDisk } from '#gateway/pressure/disks.ts'
import { bytesOf, type Disk, freeMinOf, memoryMaxOf } from '#gateway/pressure/limits.ts'
import { type Load, strainOf } from '#gateway/pressure/load.ts'
import { openPressure } from '#gateway/pressure/pressure.ts'
import type { Limits } from '#schemas/files.ts'

const gib = 2 ** 30
const disk = (freeGib: number, totalGib = 100, where = 'broker 1'): Disk => ({
  where,
  freeBytes: freeGib * gib,
  totalBytes: totalGib * gib,
})

describe('limits', () => {
  it('reads amounts and shares', () => {
    expect([bytesOf('1.5GiB', 0), bytesOf('10%', 500), bytesOf('512KiB', 0)]).toEqual([1.5 * gib, 50, 524_288])
  })

  it('keeps a twentieth of a disk free, at least 1 GiB and at most 20 GiB, unless hub.yaml says otherwise', () => {
    expect([8, 100, 10_000].map(total => freeMinOf({}, disk(0, total)) / gib)).toEqual([1, 5, 20])
    expect(freeMinOf({ diskFreeMin: '50%' }, disk(0, 8)) / gib).toBe(4)
  })

  it('bounds memory by hub.yaml, else by what the container gives, else not at all', () => {
    expect(memoryMaxOf({ memoryMax: '2GiB' }, gib)).toBe(2 * gib)
    expect(memoryMaxOf({}, 1000)).toBe(850)
    expect(memoryMaxOf({}, 0)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('disks', () => {
  it('names the first disk below its mark', () => {
    expect(fullDisk([disk(50), disk(4, 100, 'broker 2')], {}, new Set())).toMatchObject({
      where: 'broker 2',
      minBytes: 5 * gib,
    })
    expect(fullDisk([disk(50)], {}, new Set())).toBeUndefined()
  })

  it('holds a disk for full until there is a fifth more room than the mark', () => {
    const before = new Set(['broker 1'])
    expect(fullDisk([disk(5.5)], {}, before)?.where).toBe('broker 1')
    expect(fullDisk([disk(6.1)], {}, before)).toBeUndefined()
    expect(fullDisk([disk(5.5)], {}, new Set())).toBeUndefined()
  })
})

describe('load', () => {
  const load = (more: Partial<Load>): Load => ({ heap: 0.1, memoryBytes: 100, loopMs: 1, ...more })

  it('is strained by heap, memory or a slow event loop', () => {
    expect(strainOf(load({}), 1000, undefined)).toBeUndefined()
    expect(strainOf(load({ heap: 0.9 }), 1000, undefined)).toBe('HEAP')
    expect(strainOf(load({ memoryBytes: 1001 }), 1000, undefined)).toBe('MEMORY')
    expect(strainOf(load({ loopMs: 501 }), 1000, undefined)).toBe('EVENT_LOOP')
  })

  it('stays strained until it is well below the mark', () => {
    expect(strainOf(load({ memoryBytes: 950 }), 1000, 'MEMORY')).toBe('MEMORY')
    expect(strainOf(load({ memoryBytes: 950 }), 1000, 'HEAP')).toBeUndefined()
    expect(strainOf(load({ memoryBytes: 890 }), 1000, 'MEMORY')).toBeUndefined()
  })
})

describe('pressure', () => {
  async function rig(disks: Disk[], limits: { diskFreeMin?: string; memoryMax?: string }, load: Partial<Load> = {}) {
    const dataDir = mkdtempSync(`${tmpdir()}/hub-`)
    onTestFinished(() => rmSync(dataDir, { recursive: true }))
    const seen: unknown[] = []
    const pressure = await openPressure({
      limits: (): Limits => limits,
      disks: async () => disks,
      dataDir,
      told: { diskFree: where => void seen.push(where), refusing: (...said) => void seen.push(said) },
      log: { info: () => undefined, warn: () => undefined },
      meter: { look: () => ({ heap: 0, memoryBytes: 0, loopMs: 0, ...load }), stop: () => undefined },
    })
    onTestFinished(() => pressure.stop())
    return { pressure, seen }
  }

  it('refuses while a disk is too full, says which and what must stay free, and tells the metrics', async () => {
    const { pressure, seen } = await rig([disk(0.5, 1, 'broker 3')], { diskFreeMin: '614MiB' })
    expect(pressure.full()).toMatchObject({
      code: 'HUB_PRESSURE_DISK',
      facts: { where: 'broker 3', free: 512, min: 614 },
      entry: { status: 503, retryable: true },
    })
    expect(pressure.health()).toEqual({
      state: 'refusing',
      code: 'HUB_PRESSURE_DISK',
      says: 'the disk of broker 3 has 512 MiB left, less than the 614 MiB that must stay free: nothing is taken in',
    })
    expect(seen).toEqual(['hub', 'broker 3', ['HUB_PRESSURE_DISK', true]])
  })

  it('watches the disk of its own data too', async () => {
    const { pressure } = await rig([], { diskFreeMin: '100%' })
    expect(pressure.refusal()).toMatchObject({ code: 'HUB_PRESSURE_DISK', facts: { where: 'hub' } })
  })

  it('refuses what is new while the process is strained, and goes on storing what is half taken in', async () => {
    const { pressure } = await rig([], { diskFreeMin: '1KiB', memoryMax: '1KiB' }, { memoryBytes: 2000 })
    await expect.poll(() => pressure.refusal()?.code).toBe('HUB_PRESSURE_MEMORY')
    expect(pressure.refusal()).toMatchObject({ facts: { rule: 'MEMORY' }, entry: { status: 429 } })
    expect(pressure.full()).toBeUndefined()
  })
})
