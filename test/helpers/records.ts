// Canonical records as translate would make them, for tests of correlate, route and deliver.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { assemble } from '#gateway/translate/assemble.ts'
import type { CaseRecord, CitedNumber, NumberRef } from '#schemas/canonical/types.ts'
import { Codec } from '#schemas/codec.ts'
import type { StatusMachine } from '#schemas/status-machine.ts'
import { uuid5 } from '#schemas/uuid.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

export const machine = parse(read('schemas/status-machine.yaml')) as StatusMachine
export const caseRecordSchema = JSON.parse(read('schemas/canonical/case-record/v1.avsc'))
export const sealedPartSchema = JSON.parse(read('schemas/canonical/sealed-part/v1.avsc'))
export const caseCodec = new Codec<CaseRecord>([{ id: 1, schema: caseRecordSchema }])

export function numberRef(family: string, normalized: string): NumberRef {
  return {
    family,
    scope: 'nation',
    value: normalized,
    normalized,
    numberKey: uuid5(`${family}\n${normalized}`, '6f1d3a52-9a0b-5c5e-8e0f-2b7c4d9e1a63'),
    kind: null,
  }
}

export interface MessageSketch {
  readonly system: string
  readonly own: readonly NumberRef[]
  readonly cited?: readonly NumberRef[]
  readonly kind?: string
  readonly status?: string
  readonly at?: number | null
  readonly sequence?: number
  readonly text?: string
  readonly record?: Record<string, unknown>
  readonly caseId?: string
}

let counter = 0

/** A canonical record; a counter makes each message's id and hash its own unless `text` says the same again. */
export function message(sketch: MessageSketch): CaseRecord {
  counter += 1
  const text = sketch.text ?? `message ${counter}`
  const cited: CitedNumber[] = (sketch.cited ?? []).map(number => ({ number, source: 'FIELD', label: null }))
  return assemble(
    {
      record: {
        ...sketch.record,
        envelope: { occurredAt: sketch.at ?? null, nativeSequence: sketch.sequence ?? null },
        proceeding: {
          kind: sketch.kind ?? 'HOTLINE',
          status: sketch.status ?? 'REGISTERED',
          ...(sketch.record?.proceeding as object),
        },
        case: { categoryCode: '0701', ...(sketch.record?.case as object) },
      },
      own: sketch.own,
      cited,
      flaws: [],
    },
    {
      messageId: uuid5(`${sketch.system}\n${text}`, '6f1d3a52-9a0b-5c5e-8e0f-2b7c4d9e1a63'),
      part: 0,
      system: sketch.system,
      connector: 'toy',
      tenant: '330106',
      nativeMessage: 'm',
      kind: 'OTHER',
      contentHash: uuid5(text, '6f1d3a52-9a0b-5c5e-8e0f-2b7c4d9e1a63'),
      receivedAt: 1_700_000_000_000 + counter,
      mapping: 'toy/m@1',
      tables: [],
      traceId: null,
      caseId: sketch.caseId ?? null,
      deliveryId: null,
      causationId: null,
    },
    () => null,
  ).record
}
