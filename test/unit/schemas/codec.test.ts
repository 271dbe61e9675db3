import { describe, expect, it } from 'vitest'
import { avroType, type Schema } from '#schemas/avro.ts'
import { Codec } from '#schemas/codec.ts'
import { isHubError } from '#schemas/errors.ts'
import { caseCodec, caseRecordSchema, message, numberRef } from '../../helpers/records.ts'

const v1 = { type: 'record', name: 'R', fields: [{ name: 'a', type: 'string' }] } as Schema
const v2 = {
  type: 'record',
  name: 'R',
  fields: [
    { name: 'a', type: 'string' },
    { name: 'b', type: 'string', default: 'none' },
  ],
} as Schema

describe('codec', () => {
  it('writes the Confluent prefix and reads back what it wrote', () => {
    const record = message({
      system: 'a',
      own: [numberRef('mt', 'MT1')],
      record: { case: { amount: '186400.00', occurredOn: '2026-03-02' } },
    })
    const bytes = caseCodec.encode(record)
    expect([...bytes.subarray(0, 5)]).toEqual([0, 0, 0, 0, 1])
    expect(JSON.parse(JSON.stringify(caseCodec.decode(bytes)))).toEqual(JSON.parse(JSON.stringify(record)))
  })

  it('reads every random record it wrote', () => {
    const type = avroType(caseRecordSchema)
    for (let i = 0; i < 30; i++) {
      const record = type.random() as never
      expect(plain(caseCodec.decode(caseCodec.encode(record)))).toEqual(plain(record))
    }
  })

  it('reads an older release into the newest shape', () => {
    const old = new Codec<{ a: string }>([{ id: 7, schema: v1 }])
    const now = new Codec<{ a: string; b: string }>([
      { id: 7, schema: v1 },
      { id: 9, schema: v2 },
    ])
    expect({ ...now.decode(old.encode({ a: 'x' })) }).toEqual({ a: 'x', b: 'none' })
  })

  it.each([
    ['HUB_ENCODE_INVALID', () => new Codec([{ id: 7, schema: v1 }]).encode({ a: 1 }), { path: 'a' }],
    ['HUB_DECODE_UNKNOWN_SCHEMA', () => caseCodec.decode(Buffer.from([0, 0, 0, 0, 99, 1])), { id: 99 }],
    ['HUB_DECODE_INVALID', () => caseCodec.decode(Buffer.from([0, 0, 0, 0, 1, 1])), { id: 1 }],
  ] as const)('says %s and where', (code, act, facts) => {
    try {
      act()
      expect.unreachable()
    } catch (error) {
      expect(isHubError(error, code) && error.facts).toEqual(facts)
    }
  })

  it.each(['0.00', '0.01', '-0.01', '186400.00', '-128.00', '9999999999999999.99', '1.27', '1.28'])(
    'keeps money %s to the cent',
    text => {
      const type = avroType({ type: 'bytes', logicalType: 'decimal', precision: 18, scale: 2 } as Schema)
      expect(type.fromBuffer(type.toBuffer(text))).toBe(text)
    },
  )
})

function plain(value: unknown): never {
  return JSON.parse(JSON.stringify(value)) as never
}
