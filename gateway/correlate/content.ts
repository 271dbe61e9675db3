// The fingerprint of what a proceeding says: equal fingerprints mean that nothing changed and no event is due.
// Times at which something was sent, seen or opened count only by being there (a system that sends the same
// again with a new time says nothing new); dates, limits and sittings count by value.
import { createHash } from 'node:crypto'
import type { CaseRecord } from '#schemas/canonical/types.ts'

const presenceOnly = new Set([
  'occurredAt',
  'statusSince',
  'openedAt',
  'closedAt',
  'sentAt',
  'signedAt',
  'returnedAt',
  'finishedAt',
  'issuedAt',
  'servedAt',
  'liftedAt',
  'effectiveAt',
])

/** @param personal keyed fingerprint of the sealed content, made by translate */
export function contentOf(record: CaseRecord, personal: string): string {
  const { envelope: _envelope, sealed: _sealed, case: said, proceeding, ...rest } = record
  const {
    version: _version,
    proceedings: _proceedings,
    sequence: _sequence,
    links: _links,
    caseId: _caseId,
    ...about
  } = said
  const { version: _pv, ...procedure } = proceeding
  const parts: string[] = []
  write([about, procedure, rest, personal], '', parts)
  return createHash('sha256').update(parts.join('')).digest('base64url')
}

// Keys in order, so that a record just mapped and one just decoded read the same.
function write(value: unknown, name: string, out: string[]): void {
  if (value === null || value === undefined) out.push('~')
  else if (presenceOnly.has(name)) out.push('+')
  else if (Array.isArray(value)) {
    out.push('[')
    for (const one of value) write(one, '', out)
    out.push(']')
  } else if (typeof value === 'object') {
    out.push('{')
    for (const key of Object.keys(value).sort()) {
      out.push(key, ':')
      write((value as Record<string, unknown>)[key], key, out)
    }
    out.push('}')
  } else out.push(JSON.stringify(value), ',')
}
