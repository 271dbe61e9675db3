// A mapping changes under load: in every partition of in.* one offset parts the old version from the new, though processes are
// killed between the registry and their first new batch, and right after it. HUB_DRILL=full swaps three times.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import { sharedBroker } from '../../helpers/broker.ts'
import { kit } from '../../helpers/kafka.ts'
import { countSwap } from './swap/count.ts'
import { partitions, swapDrill } from './swap/drill.ts'
import { says } from './swap/versions.ts'

const versions = process.env.HUB_DRILL === 'full' ? [2, 3, 4] : [2]

it('parts the versions at one offset a partition, across kills and a rebalance, and loses and doubles nothing', async () => {
  const broker = sharedBroker()
  const { brokers, prefix, kafka } = kit(broker)
  const dataDir = mkdtempSync(join(tmpdir(), 'hub-swap-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const end = await swapDrill({
    brokers: brokers.join(),
    prefix,
    dataDir,
    ports: await freePorts(3),
    rate: 500,
    versions,
    reader: await kafka.reader(),
  })
  const expected = Object.fromEntries([1, ...versions].map(version => [version, says[version]!]))
  const { sent, held } = end
  const count = countSwap(held, expected)
  process.stdout.write(
    `hot swap: ${sent.ids.length} messages in ${sent.seconds} s (${Math.round(sent.ids.length / sent.seconds)}/s), ${versions.length} swaps, ${end.kills} kills; records by version ${JSON.stringify(count.versions)}; ${count.parted} of ${count.partitions} partitions parted; lost ${count.lost}, twice ${count.twice}; first record of a version ${end.firstMs.join(', ')} ms after the answer\n`,
  )
  expect(count.faults.slice(0, 5)).toEqual([])
  expect({ lost: count.lost, twice: count.twice, ownEnds: end.ownEnds }).toEqual({ lost: 0, twice: 0, ownEnds: 0 })
  expect(new Set(sent.ids).size).toBe(end.due)
  expect([count.partitions, count.parted]).toEqual([partitions, partitions])
  expect(Object.keys(count.versions).map(Number)).toEqual([1, ...versions])
}, 300_000)
