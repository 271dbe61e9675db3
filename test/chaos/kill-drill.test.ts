// kill -9 of the hub and of the broker under traffic; every answered message is counted by an independent reader. Then the
// log that is left, with its links, repeats and late statuses, is replayed: from canonical to the byte of its open fields,
// from in.* with the systems interleaved anew to the same proceedings and cases. The short form runs always; HUB_DRILL=full runs the whole one: 24 000 messages, ten hubs, three brokers.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import { ownBroker } from '../helpers/broker.ts'
import { type DrillResult, killDrill } from './drill/kill-drill.ts'
import { checkLarge } from './drill/large.ts'
import { expectReplays } from './drill/replays.ts'
import { drillTable } from './drill/table.ts'

const full = process.env.HUB_DRILL === 'full'
const seed = Number(process.env.HUB_DRILL_SEED ?? 20260302)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

it('after kill -9 of hub and broker, ends every answered message once and in order, and replays to the same log', async () => {
  const broker = await ownBroker()
  const dataDir = mkdtempSync(join(tmpdir(), 'hub-drill-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const port = (await freePorts(1))[0]!
  const size = full ? { count: 24_000, hubKills: 10, brokerKills: 3 } : { count: 6_000, hubKills: 3, brokerKills: 1 }
  const result: DrillResult = await killDrill({
    broker,
    dataDir,
    port,
    prefix: 'drill.',
    seed,
    rate: 300,
    say,
    ...size,
  })
  say(drillTable(result))
  expect(result.verdict.faults).toEqual([])
  expect(result.kills).toHaveLength(size.hubKills + size.brokerKills)
  await checkLarge(broker.brokers, 'drill.', dataDir, result.held.invalid[0]!)
  const log = { brokers: broker.brokers, from: 'drill.', hubDir: join(dataDir, 'hub'), port, say }
  await expectReplays({ ...log, seeds: full ? [1, 2] : [1] })
}, 1_800_000)
