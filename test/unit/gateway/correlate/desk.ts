// Correlate's decision over a store in memory, for tests: one message after the other, the events of each.
import { randomBytes } from 'node:crypto'
import { type DecideDeps, decide } from '#gateway/correlate/decide.ts'
import { ProceedingKeys } from '#gateway/correlate/keys.ts'
import { CorrelateState } from '#gateway/correlate/state.ts'
import { personalCodec } from '#gateway/security/personal.ts'
import { openSqliteStore } from '#gateway/store/sqlite.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { caseCodec, machine, sealedPartSchema } from '../../../helpers/records.ts'

export const dayKey = { id: 'day:2026-03-02', key: randomBytes(32) }
export const kek = { id: 'kek:1', key: randomBytes(32) }
export const personal = personalCodec(sealedPartSchema, randomBytes(32))

export interface Desk {
  readonly state: CorrelateState
  say(record: CaseRecord, keyId?: string | null): CaseRecord[]
}

export function openDesk(): Desk {
  const state = new CorrelateState(openSqliteStore(':memory:'), 'case-state')
  const keys = new ProceedingKeys({
    randomKey: () => randomBytes(32),
    kek: () => kek,
    keyOf: id => (id === dayKey.id ? dayKey.key : kek.key),
    personal,
  })
  const deps: DecideDeps = {
    machine,
    keys,
    encode: record => caseCodec.encode(record),
    decode: bytes => caseCodec.decode(bytes),
  }
  return {
    state,
    say: (record, keyId = null) =>
      decide(deps, state, { record, keyId, hash: record.envelope.contentHash, personal: '' }).map(one => one.record),
  }
}

export const typesOf = (events: readonly CaseRecord[]): (string | null)[] => events.map(one => one.envelope.eventType)
