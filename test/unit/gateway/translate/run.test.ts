import { describe, expect, it } from 'vitest'
import type { InRecord } from '#gateway/kafka/port.ts'
import { translateStep } from '#gateway/translate/run.ts'
import type { TranslateDeps } from '#gateway/translate/stage.ts'
import { connector } from '../../../integration/gateway/swap/versions.ts'
import { entry, kit, record } from '../mappings/world.ts'

function step(one: ReturnType<typeof kit>, parsed: () => void) {
  const stamps: string[] = []
  const deps = {
    systems: new Map([['north', { id: 'north', connector, area: '330106', prefecture: '3301' }]]),
    codec: {
      encode: (made: { envelope: { mapping: string } }) => {
        stamps.push(made.envelope.mapping)
        return Buffer.alloc(0)
      },
    },
    personal: { sealMarked: () => ({ fingerprint: '', sealed: null }) },
    parse: () => {
      parsed()
      return { case_no: '浙杭西湖劳人仲案〔2026〕1号', status: '申请' }
    },
    open: (sealed: Buffer) => sealed,
    intakeKey: () => ({ id: 'day', key: Buffer.alloc(32) }),
    openTitle: () => null,
    unknownCode: () => undefined,
    topics: { canonical: 'canonical', invalid: 'invalid', systemOf: () => 'north' },
  } as unknown as TranslateDeps
  const run = translateStep(
    deps,
    () => one.mappings.connectors(),
    () => undefined,
  )
  return { stamps, run: () => run({ records: [message, message, message] }) }
}

const message: InRecord = {
  topic: 'in.north',
  partition: 0,
  offset: 0n,
  timestamp: 0,
  key: 'k',
  value: Buffer.from('x'),
  headers: { ce_id: 'm', ce_time: '2026-03-02T01:14:07Z', hub_message: 'case' },
}

describe('translate', () => {
  it('takes a new mapping version at a batch boundary, never within one', () => {
    const one = kit()
    let parsed = 0
    const { run, stamps } = step(one, () => {
      parsed += 1
      if (parsed === 2) one.mappings.hear(record(entry(2)))
    })
    run()
    run()
    const stamp = (version: number) => Array.from({ length: 3 }, () => `${connector}/case@${version}`)
    expect(stamps).toEqual([...stamp(1), ...stamp(2)])
  })

  it('makes nothing, neither records nor invalid messages, while the version in force cannot be compiled here', () => {
    const one = kit()
    const { run, stamps } = step(one, () => undefined)
    one.mappings.hear(record(entry(2, { text: 'of a later release' })))
    expect(run).toThrow(expect.objectContaining({ code: 'HUB_MAPPING_UNUSABLE' }))
    expect(stamps).toEqual([])
  })
})
