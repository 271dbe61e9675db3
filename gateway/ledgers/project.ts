// What one canonical record says for the ledgers: codes that no table knows, and fields that no mapping knows.
import { patternOf, type Verbatim } from '#mappings/engine/index.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import type { InRecord } from '../kafka/port.ts'
import type { Change, ReadEntry } from '../store/follow.ts'
import { nativeCode } from './code.ts'
import { noted, type Sight } from './rows.ts'

export interface ProjectDeps {
  readonly decode: (bytes: Buffer) => CaseRecord
  /** Open fields that repeat native ones, by connector and message. */
  readonly verbatim: (connector: string, message: string) => readonly Verbatim[]
}

export function ledgerChanges(deps: ProjectDeps, { value }: InRecord, read: ReadEntry): Change[] {
  if (value === null) return []
  const record = deps.decode(value)
  const changed = new Map<string, Buffer | null>()
  const readHere: ReadEntry = key => changed.get(key) ?? read(key)
  for (const sight of sightsOf(deps, record)) for (const [key, bytes] of noted(sight, readHere)) changed.set(key, bytes)
  return [...changed]
}

function sightsOf({ verbatim }: ProjectDeps, record: CaseRecord): Sight[] {
  const { envelope } = record
  const { system, connector, nativeMessage, messageId } = envelope
  const at = new Date(envelope.receivedAt).toISOString()
  return envelope.flaws.flatMap(flaw => {
    const pointer = patternOf(flaw.pointer)
    if (flaw.rule === 'UNMAPPED')
      return { ledger: 'fields' as const, place: [system, nativeMessage, pointer] as const, messageId, at }
    if (flaw.rule !== 'UNKNOWN_CODE') return []
    const code = nativeCode(record, flaw, verbatim(connector, nativeMessage))
    return {
      ledger: 'codes' as const,
      place: [system, nativeMessage, flaw.table, pointer, code] as const,
      messageId,
      at,
    }
  })
}
