// What intakes become in the hub: the story of one, files that come hours late, and the court case that is supervised.
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DecideDeps, decide } from '#gateway/correlate/decide.ts'
import { ProceedingKeys } from '#gateway/correlate/keys.ts'
import { CorrelateState } from '#gateway/correlate/state.ts'
import type { Connector } from '#gateway/loader/connector.ts'
import { loadConnector, loadWorld } from '#gateway/loader/discover.ts'
import { personalCodec } from '#gateway/security/personal.ts'
import { openSqliteStore } from '#gateway/store/sqlite.ts'
import { type MappingDeps, translate } from '#gateway/translate/stage.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { uuid5 } from '#schemas/uuid.ts'
import { caseCodec, machine, message, sealedPartSchema } from '../../../helpers/records.ts'

const root = join(import.meta.dirname, '..', '..', '..', '..')
const id = 'procuratorate-12309'
const namespace = '6f1d3a52-9a0b-5c5e-8e0f-2b7c4d9e1a63'
type Intake = Record<string, unknown>

let connector: Connector
let state: CorrelateState
let deps: DecideDeps

beforeAll(async () => {
  connector = await loadConnector(root, join(root, 'connectors', id), loadWorld(root))
})

beforeEach(() => {
  state = new CorrelateState(openSqliteStore(':memory:'), 'case-state')
  const key = { id: 'kek:1', key: randomBytes(32) }
  const personal = personalCodec(sealedPartSchema, randomBytes(32))
  const keys = new ProceedingKeys({ randomKey: () => randomBytes(32), kek: () => key, keyOf: () => key.key, personal })
  deps = { machine, keys, encode: record => caseCodec.encode(record), decode: bytes => caseCodec.decode(bytes) }
})

function sample(name: string): Intake {
  return JSON.parse(readFileSync(join(connector.dir, 'samples', 'valid', `${name}.json`), 'utf8')) as Intake
}

function translated(intake: Intake) {
  const world: MappingDeps = {
    systems: new Map([[id, { id, connector: id, area: '330106', prefecture: '3301' }]]),
    connectors: new Map([[id, connector]]),
    openTitle: () => null,
    unknownCode: () => undefined,
  }
  const hash = createHash('sha256').update(JSON.stringify(intake)).digest('hex')
  const about = { messageId: uuid5(hash, namespace), contentHash: hash, receivedAt: 1_790_000_000_000 }
  const origin = { ...about, traceId: null, caseId: null, deliveryId: null, causationId: null }
  return translate(world, id, 'intake', intake, origin).records
}

function say(intake: Intake): CaseRecord[] {
  return translated(intake).flatMap(({ record }) => {
    const hash = record.envelope.contentHash
    return decide(deps, state, { record, keyId: null, hash, personal: hash }).map(one => one.record)
  })
}

const said = (events: readonly CaseRecord[]) =>
  events.map(one => `${one.proceeding.kind} ${one.envelope.eventType} ${one.proceeding.status}`)

describe('the story of one intake', () => {
  it('tells each step by its own event', () => {
    const names = [
      'd02-intake-accepted',
      'd03-intake-reviewing',
      'd04-intake-hearing',
      'd05-intake-mediating',
      'd06-intake-agreed',
      'd07-intake-decided',
      'd08-intake-visited',
    ]
    expect(names.flatMap(name => said(say(sample(name))))).toEqual([
      'PROCURATORIAL CaseRegistered ACCEPTED',
      'PROCURATORIAL ProgressReported REVIEWING',
      'PROCURATORIAL HearingScheduled HEARING',
      'PROCURATORIAL MediationScheduled MEDIATING',
      'PROCURATORIAL MediationSucceeded AGREED',
      'PROCURATORIAL DecisionIssued DECIDED',
      'PROCURATORIAL FollowUpDone VISITED',
    ])
  })

  it('a file that comes after a newer one moves nothing, whatever its order', () => {
    for (const name of ['d02-intake-accepted', 'd06-intake-agreed']) say(sample(name))
    const late = ['d04-intake-hearing', 'd03-intake-reviewing', 'd05-intake-mediating'].flatMap(name =>
      say(sample(name)),
    )
    expect(late.map(one => one.proceeding.status)).toEqual(late.map(() => 'AGREED'))
    expect(late.every(one => one.envelope.flags.includes('LATE'))).toBe(true)
    expect(say(sample('d07-intake-decided')).at(-1)!.proceeding.status).toBe('DECIDED')
  })

  it('a request for papers that comes after the examination began puts nothing on hold', () => {
    say(sample('d03-intake-reviewing'))
    const { bljl: _, ...early } = sample('d03-intake-reviewing')
    const late = say({ ...early, wsh: '杭西检控申〔2026〕11号', cxhf: { rq: '2026-07-02', jl: '补正' } })
    expect(late.map(one => [one.proceeding.status, one.envelope.flags])).toEqual([['REVIEWING', ['LATE']]])
  })

  it('the day of the application and the time of the file are no times of its state', () => {
    const { cxhf: _, ...bare } = sample('d01-intake-appendix-b')
    const [one] = translated({ ...bare, dcsj: '2026-07-30 00:00:00' })
    expect(one!.record.envelope.occurredAt).toBeNull()
    expect(one!.record.proceeding.status).toBe('REGISTERED')
  })

  it('joins the case of the court by the number that it cites, as a proceeding of its own', () => {
    const { record } = translated(sample('d01-intake-appendix-b'))[0]!
    const court = message({ system: 'court-odr', kind: 'LITIGATION', own: [record.proceeding.cited[0]!.number] })
    const [filed] = decide(deps, state, { record: court, keyId: null, hash: 'court', personal: '' })
    const [event] = say(sample('d01-intake-appendix-b'))
    expect(event!.case.caseId).toBe(filed!.record.case.caseId)
    expect(event!.case.proceedings.map(one => one.kind)).toEqual(['LITIGATION', 'PROCURATORIAL'])
  })

  it('owns its intake number and the numbers of its documents', () => {
    const [one] = translated(sample('d07-intake-decided'))
    expect(one!.record.proceeding.numbers.map(number => number.normalized)).toEqual([
      'JC3301062026070003',
      '杭西检控申(2026)12号',
      '杭西检民监(2026)5号',
    ])
  })
})

describe('an accusation among the intakes', () => {
  const told = ['虚戊五', '违法查封', '虚构人', '查封照片', 'jc://f9', '刑事执行检察部门']

  it.each(['控告', '举报', '公益诉讼线索', '社区矫正监督'])('says who and what only in S3 and S4 fields: %s', sqlx => {
    const [one] = translated({ ...sample('intake-accusation'), sqlx })
    const { content, opinion, parties, ...personal } = one!.personal!
    expect(content).toContain('违法查封')
    expect(opinion).toContain('刑事执行检察部门')
    expect(parties.map(party => party.role)).toEqual(['REPORTER'])
    expect(one!.record.parties.map(party => [party.role, party.wantsSecrecy])).toEqual([['PROTECTED', true]])
    const visible = JSON.stringify([personal, one!.record])
    expect(told.filter(word => visible.includes(word))).toEqual([])
  })
})
