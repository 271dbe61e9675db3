// The fingerprint of what a proceeding says: equal fingerprints mean that nothing changed and no event is due.
// Times at which something was sent, seen or opened count only by being there (a system that sends the same
// again with a new time says nothing new); dates, limits and sittings count by value.
import { createHash } from 'node:crypto'
import type { CaseRecord } from '#schemas/canonical/types.ts'

const presenceOnly = new Set(['occurredAt', 'statusSince', 'openedAt', 'closedAt', 'sentAt', 'signedAt', 'returnedAt', 'finishedAt', 'issuedAt', 'servedAt', 'liftedAt', 'effectiveAt'])

/** @param personal keyed fingerprint of the sealed content, made by translate */
export function contentOf(record: CaseRecord, personal: string): string {
  const { envelope: _envelope, sealed: _sealed, case: said, proceeding, ...rest } = record
  const { version: _version, proceedings: _proceedings, sequence: _sequence, links: _links, caseId: _caseId, ...about } = said
  const { version: _pv, ...procedure } = proceeding
  const text = JSON.stringify([about, procedure, rest, personal], (key, value) => (presenceOnly.has(key) ? value !== null : value))
  return createHash('sha256').update(text).digest('base64url')
}
