// Offline uploads through mapping and correlate: what counts as news, what as a repeat, and how the event ends.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '#connectors/sdk.ts'
import { type DecideDeps, decide } from '#gateway/correlate/decide.ts'
import { ProceedingKeys } from '#gateway/correlate/keys.ts'
import { CorrelateState } from '#gateway/correlate/state.ts'
import type { Connector } from '#gateway/loader/connector.ts'
import { contentHash, pointerTree } from '#gateway/receive/content.ts'
import { personalCodec } from '#gateway/security/personal.ts'
import { openSqliteStore } from '#gateway/store/sqlite.ts'
import { assemble } from '#gateway/translate/assemble.ts'
import { uuid5 } from '#schemas/uuid.ts'
import { connectors as all, root } from '../../../helpers/connectors.ts'
import { caseCodec, machine, sealedPartSchema } from '../../../helpers/records.ts'

const space = '6f1d3a52-9a0b-5c5e-8e0f-2b7c4d9e1a63'
type Tree = { [key: string]: Json }

const sample = (connector: string, name: string): Tree =>
  JSON.parse(readFileSync(join(root, 'connectors', connector, 'samples', 'valid', `${name}.json`), 'utf8'))

const connectors: Record<string, Connector> = {
  'grid-app': all.get('grid-app')!,
  zongzhi: all.get('governance-platforms')!,
}
let state: CorrelateState
let deps: DecideDeps
beforeEach(() => {
  const kek = { id: 'kek:1', key: randomBytes(32) }
  const personal = personalCodec(sealedPartSchema, randomBytes(32))
  const keys = new ProceedingKeys({ randomKey: () => randomBytes(32), kek: () => kek, keyOf: () => kek.key, personal })
  state = new CorrelateState(openSqliteStore(':memory:'), 'case-state')
  deps = { machine, keys, encode: one => caseCodec.encode(one), decode: bytes => caseCodec.decode(bytes) }
})

function hashOf(system: string, message: string, tree: Tree): string {
  return contentHash(tree, pointerTree(connectors[system]!.manifest.messages[message]!.volatile ?? []))
}

function say(system: string, message: string, tree: Tree, caseId: string | null = null) {
  const connector = connectors[system]!
  const hash = hashOf(system, message, tree)
  const about = { system, area6: '330106', prefecture4: '3301', today: '2026-04-05', receivedAt: 1_775_350_000_000 }
  const [mapped] = connector.inbound.get(message)!.compiled.map(tree, { ...about, ...(caseId ? { caseId } : {}) })
  const origin = { part: 0, system, connector: connector.manifest.id, tenant: '330106', nativeMessage: message }
  const ids = { messageId: uuid5(`${system}\n${hash}`, space), contentHash: hash, receivedAt: about.receivedAt, caseId }
  const rest = { kind: 'GRID_EVENT', mapping: 'x@1', tables: [], traceId: null, deliveryId: null, causationId: null }
  const { record } = assemble(mapped as never, { ...origin, ...ids, ...rest }, () => null)
  return decide(deps, state, { record, keyId: null, hash, personal: JSON.stringify(mapped!.record.personal) }).map(
    one => one.record,
  )
}

const report = (tree: Tree) => say('grid-app', 'report', tree)
const first = sample('grid-app', 'b01-report')

describe('a report of a grid worker', () => {
  it('uploaded twice is one, however and whenever the phone sent it', () => {
    expect(report(first).map(one => one.envelope.eventType)).toEqual(['CaseRegistered'])
    const again = sample('grid-app', 'b02-report-again')
    expect(report(first)).toEqual([])
    expect(report(again)).toEqual([])
    // The phone's receipt says duplicate by the content alone.
    expect(again).not.toEqual(first)
    expect(hashOf('grid-app', 'report', again)).toBe(hashOf('grid-app', 'report', first))
  })

  it('is one with the platform event that cites it, whoever is heard first', () => {
    const platform = () => say('zongzhi', 'event', sample('governance-platforms', 'b01-from-grid'))
    const [own] = report(first)
    const [event] = platform()
    expect(event!.case.caseId).toBe(own!.case.caseId)
    state = new CorrelateState(openSqliteStore(':memory:'), 'case-state')
    const [early] = platform()
    expect(report(first)[0]!.case.caseId).toBe(early!.case.caseId)
  })

  it('completed under the same id is an update', () => {
    report(first)
    const [event] = report({ ...first, photos: ['/photo/0a1b2c3d4e5f/1.jpg', '/photo/0a1b2c3d4e5f/2.jpg'] })
    expect([event!.envelope.eventType, event!.proceeding.version]).toEqual(['ProgressReported', 2])
  })

  it.each(['b01-report', 'report-appendix-b'])(
    'ends by the answer to the last news, and no late copy opens it: %s',
    name => {
      const tree = sample('grid-app', name)
      const [opened] = report(tree)
      const answer = sample('grid-app', 'answer-event-ended')
      const data = { ...(answer.data as Tree), uniqueIdForMobile: tree.uniqueIdForMobile! }
      const ended = say('grid-app', 'answer', { ...answer, data }, opened!.case.caseId)
      expect(ended.map(one => [one.envelope.eventType, one.case.caseStatus])).toContainEqual(['CaseClosed', 'CLOSED'])
      expect(report(tree).filter(one => one.proceeding.status !== 'CLOSED')).toEqual([])
    },
  )
})

describe('a task handed down to a grid', () => {
  it('refused first and taken later is one proceeding', () => {
    const [opened] = say('zongzhi', 'event', sample('governance-platforms', 'b01-from-grid'))
    const { caseId } = opened!.case
    const [back] = say('grid-app', 'answer', sample('grid-app', 'answer-task-refused'), caseId)
    expect([back!.proceeding.status, back!.case.caseId]).toEqual(['RETURNED', caseId])
    const [taken] = say('grid-app', 'answer', sample('grid-app', 'answer-task-opened'), caseId)
    expect(taken!.proceeding).toMatchObject({ proceedingId: back!.proceeding.proceedingId, status: 'DISPATCHED' })
    const [worked] = report({ ...sample('grid-app', 'report-on-task'), outCaseId: caseId })
    expect(worked!.proceeding).toMatchObject({ proceedingId: back!.proceeding.proceedingId, status: 'IN_PROGRESS' })
  })
})
