// A log with links, repeats and late statuses, replayed twice: from canonical to the byte of its open fields, from in.*
// with the systems interleaved anew to the same proceedings and cases. The whole kill drill does the same on its own log.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { sharedBroker } from '../helpers/broker.ts'
import { hubProcess, openPort } from './drill/hub-process.ts'
import { runSender } from './drill/kill-drill.ts'
import { untilQuiet } from './drill/quiet.ts'
import { expectReplays } from './drill/replays.ts'

it('rebuilds the same events from canonical, and the same proceedings and cases from in.* in another order', async () => {
  const { brokers, prefix } = sharedBroker()
  const dir = mkdtempSync(join(tmpdir(), 'hub-replay-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const port = 34_900 + (process.pid % 90)
  const hubDir = join(dir, 'hub')
  const hub = hubProcess({ brokers, prefix, dataDir: hubDir, port })
  hub.start()
  onTestFinished(() => hub.stop())
  await Promise.race([openPort(port, 120_000), hub.failed])
  const sent = await runSender({ seed: 7, count: 3000, port, rate: 400, journal: join(dir, 'journal.jsonl') })
  expect(sent.answered).toBe(3000)
  await untilQuiet(brokers, prefix)
  await hub.stop()
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  await expectReplays({ brokers, from: prefix, hubDir, port, seeds: [1], say })
}, 600_000)
