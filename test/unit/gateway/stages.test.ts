import { describe, expect, it, onTestFinished } from 'vitest'
import type { Ground } from '#gateway/ground.ts'
import { sealBytes } from '#gateway/security/sealing.ts'
import { startTranslate } from '#gateway/stages.ts'
import { createTelemetry } from '#gateway/telemetry.ts'
import { connector } from '../../integration/gateway/swap/versions.ts'
import { FakeKafka } from './deliver/fake-kafka.ts'
import { entry, kit, record } from './mappings/world.ts'

describe('translate', () => {
  it('knows all that the registry held when it took its partitions before it works the first batch of them', async () => {
    const kafka = new FakeKafka()
    const stamps: string[] = []
    const { mappings } = kit()
    const silent = () => undefined
    const ground = {
      settings: {
        prefix: '',
        slot: '1',
        config: { systems: [{ id: 'north', connector, area: '330106', prefecture: '3301' }] },
        now: () => new Date('2026-03-02T01:14:07Z'),
        log: { info: silent, warn: silent, error: silent },
      },
      kafka: { member: async () => kafka.member('in.north') },
      // What the one before us went by: here it is heard only when it is asked for.
      registry: { catchUp: async () => mappings.hear(record(entry(2))) },
      mappings,
      telemetry: createTelemetry(),
      openTitle: () => null,
      keys: { keyOf: () => Buffer.alloc(32), intakeKey: () => ({ id: 'day', key: Buffer.alloc(32) }) },
      personal: { sealMarked: () => ({ fingerprint: '', sealed: null }) },
      schemas: {
        caseRecord: {
          encode: (made: { envelope: { mapping: string } }) => {
            stamps.push(made.envelope.mapping)
            return Buffer.alloc(0)
          },
        },
      },
    } as unknown as Ground
    const body = Buffer.from(JSON.stringify({ case_no: '浙杭西湖劳人仲案〔2026〕1号', status: '申请' }))
    kafka.append({
      topic: 'in.north',
      key: 'k',
      value: sealBytes(body, { id: 'day', key: Buffer.alloc(32) }),
      headers: { ce_id: 'm', ce_time: '2026-03-02T01:14:07Z', hub_message: 'case', 'content-type': 'application/json' },
    })
    const run = await startTranslate(ground)
    onTestFinished(() => run.stop())
    await expect.poll(() => stamps).toEqual([`${connector}/case@2`])
  })
})
