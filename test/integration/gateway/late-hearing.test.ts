// Two processes translate; one hears of a new mapping version at once, the other late. When the late one takes over the
// partitions of the other, it must not go back to the old version.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { type Ground, openGround } from '#gateway/ground.ts'
import type { Reader } from '#gateway/kafka/port.ts'
import * as topics from '#gateway/kafka/topics.ts'
import { demoConfig } from '#gateway/loader/config.ts'
import { connectorDirs, loadConnectors } from '#gateway/loader/discover.ts'
import { createLog } from '#gateway/log.ts'
import { type Entry, keyOf, mappingKeys } from '#gateway/mappings/entry.ts'
import { InForce } from '#gateway/mappings/in-force.ts'
import { followRegistry } from '#gateway/registry.ts'
import { sealBytes } from '#gateway/security/sealing.ts'
import { roles } from '#gateway/settings.ts'
import { startTranslate } from '#gateway/stages.ts'
import { sharedBroker } from '../../helpers/broker.ts'
import { root } from '../../helpers/hub.ts'
import { countSwap } from './swap/count.ts'
import { readHeld } from './swap/held.ts'
import { connector, mappingText, says, tableText } from './swap/versions.ts'

const log = createLog('warn')

async function openPrompt(): Promise<Ground> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hub-'))
  const ground = await openGround({
    root,
    dataDir,
    brokers: sharedBroker().brokers.split(','),
    prefix: `late-${randomUUID().slice(0, 8)}.`,
    host: '127.0.0.1',
    port: 0,
    config: demoConfig(connectorDirs(root)),
    operatorKey: 'k',
    slot: 'prompt',
    roles: new Set(roles),
    log,
    now: () => new Date(),
  })
  onTestFinished(async () => {
    await ground.close()
    rmSync(dataDir, { recursive: true })
  })
  return ground
}

/** Another process on the same ground. What it hears without asking comes an hour late. */
async function openLate(ground: Ground): Promise<Ground> {
  const { settings, kafka, world, producer } = ground
  const mappings = new InForce({ world, onDisk: await loadConnectors(root, world), log })
  const reader = await kafka.reader()
  const page: Reader['page'] = async (topic, partition, from, options) => {
    if ((options?.waitMs ?? 0) > 500) await sleep(3_600_000, undefined, { ref: false })
    return reader.page(topic, partition, from, options)
  }
  const registry = await followRegistry({
    reader: {
      page,
      writtenEnd: (...all) => reader.writtenEnd(...all),
      offsetAt: (...all) => reader.offsetAt(...all),
      close: () => reader.close(),
    },
    producer,
    topic: topics.registryTopic(settings.prefix),
    listeners: { [mappingKeys]: record => mappings.hear(record) },
    log,
  })
  onTestFinished(() => registry.stop())
  return { ...ground, settings: { ...settings, slot: 'late' }, mappings, registry }
}

/** Sends for as long as it is not stopped; resolves with the ids. */
function feed({ settings, producer, keys }: Ground): { stop(): Promise<string[]> } {
  const ids: string[] = []
  let stopped = false
  const body = Buffer.from(JSON.stringify({ case_no: '浙杭西湖劳人仲案〔2026〕1号', status: '申请' }))
  const message = () => {
    const now = new Date().toISOString()
    const id = randomUUID()
    ids.push(id)
    const headers = { ce_id: id, ce_source: `/systems/${system}`, ce_time: now, hub_message: 'case', hub_hash: id }
    const value = sealBytes(body, keys.intakeKey(now.slice(0, 10)))
    return { topic: topics.inTopic(settings.prefix, system), key: id, value, headers }
  }
  const feeding = (async () => {
    while (!stopped) {
      await producer.send(Array.from({ length: 10 }, message))
      await sleep(50)
    }
  })()
  return {
    async stop() {
      stopped = true
      await feeding
      return ids
    },
  }
}

const system = connector
const status = { 1: says[1]!, 2: says[2]! }

async function untilBothWrite({ kafka, settings, schemas }: Ground): Promise<void> {
  const reader = await kafka.reader()
  let from: bigint | 'start' = 'start'
  for (const seen = new Set<string>(); !seen.has('1 after 2'); ) {
    const page = await reader.page(topics.canonicalTopic(settings.prefix), 0, from, { waitMs: 200 })
    for (const one of page.records) {
      const version = schemas.caseRecord.decode(one.value!).envelope.mapping.split('@')[1]!
      seen.add(version === '1' && seen.has('2') ? '1 after 2' : version)
    }
    from = page.next
  }
}

it('takes over partitions with the version in which they were left, however late it hears of it by itself', async () => {
  const prompt = await openPrompt()
  const late = await openLate(prompt)
  const first = await startTranslate(prompt)
  const second = await startTranslate(late)
  onTestFinished(() => second.stop())
  const fed = feed(prompt)
  await sleep(3000)
  const entry: Entry = {
    ...{ connector, message: 'case', direction: 'inbound', version: 2, by: 'operator', at: '' },
    text: mappingText(2),
    tables: { status: tableText(2) },
  }
  await prompt.registry.put(keyOf(entry), entry)
  await untilBothWrite(prompt)
  await first.stop()
  await sleep(9000)
  const sent = await fed.stop()
  const { brokers, prefix } = prompt.settings
  const held = await readHeld({ brokers: brokers.join(), prefix, reader: await prompt.kafka.reader() }, [system])
  const count = countSwap({ ...held, sent }, status)
  process.stdout.write(
    `late hearing: ${sent.length} messages, records by version ${JSON.stringify(count.versions)}, ${count.parted} of ${count.partitions} partitions parted, lost ${count.lost}, twice ${count.twice}\n`,
  )
  expect(count.faults.slice(0, 5)).toEqual([])
  expect({ lost: count.lost, twice: count.twice, parted: count.parted }).toEqual({ lost: 0, twice: 0, parted: 4 })
}, 120_000)
