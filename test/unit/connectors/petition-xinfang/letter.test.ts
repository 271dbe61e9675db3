// What letters become in the hub: the story of one petition, its reviews, refusals, and reports that nobody else may read.
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type DecideDeps, decide } from '#gateway/correlate/decide.ts'
import { ProceedingKeys } from '#gateway/correlate/keys.ts'
import { CorrelateState } from '#gateway/correlate/state.ts'
import { personalCodec } from '#gateway/security/personal.ts'
import { openSqliteStore } from '#gateway/store/sqlite.ts'
import { type TranslateDeps, translate } from '#gateway/translate/stage.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { uuid5 } from '#schemas/uuid.ts'
import { connectors } from '../../../helpers/connectors.ts'
import { caseCodec, machine, message, sealedPartSchema } from '../../../helpers/records.ts'

const context = { system: 'petition-xinfang', area6: '330106', prefecture4: '3301', today: '2026-06-01', receivedAt: 0 }
const namespace = '6f1d3a52-9a0b-5c5e-8e0f-2b7c4d9e1a63'

type Letter = Record<string, unknown>

const connector = connectors.get('petition-xinfang')!
let state: CorrelateState
let deps: DecideDeps

beforeEach(() => {
  state = new CorrelateState(openSqliteStore(':memory:'), 'case-state')
  const key = { id: 'kek:1', key: randomBytes(32) }
  const personal = personalCodec(sealedPartSchema, randomBytes(32))
  const keys = new ProceedingKeys({ randomKey: () => randomBytes(32), kek: () => key, keyOf: () => key.key, personal })
  deps = { machine, keys, encode: record => caseCodec.encode(record), decode: bytes => caseCodec.decode(bytes) }
})

function sample(name: string): Letter {
  return JSON.parse(readFileSync(join(connector.dir, 'samples', 'valid', `${name}.json`), 'utf8')) as Letter
}

function translated(letter: Letter) {
  const { id } = connector.manifest
  const system = { id: context.system, connector: id, area: context.area6, prefecture: context.prefecture4 }
  const world = {
    systems: new Map([[system.id, system]]),
    connectors: new Map([[id, connector]]),
    openTitle: () => null,
    unknownCode: () => undefined,
  }
  const hash = createHash('sha256').update(JSON.stringify(letter)).digest('hex')
  const about = { messageId: uuid5(hash, namespace), contentHash: hash, receivedAt: 1_780_000_000_000 }
  const origin = { ...about, traceId: null, caseId: null, deliveryId: null, causationId: null }
  return translate(world as unknown as TranslateDeps, system.id, 'letter', letter, origin).records
}

/** The letter goes through translate and correlate; its events come back. */
function say(letter: Letter): CaseRecord[] {
  return translated(letter).flatMap(({ record }) => {
    const hash = record.envelope.contentHash
    return decide(deps, state, { record, keyId: null, hash, personal: '' }).map(one => one.record)
  })
}

const said = (events: readonly CaseRecord[]) =>
  events.map(one => `${one.proceeding.kind} ${one.envelope.eventType} ${one.proceeding.status}`)

describe('the story of one petition', () => {
  it('tells each step by its own event and moves the state with the steps alone', () => {
    const story = [
      'd01-letter-registered',
      'd02-letter-emergency',
      'd03-letter-transferred',
      'd04-letter-consulted',
      'd05-letter-returned',
      'd06-letter-dispatched',
      'd07-letter-accepted',
      'd08-letter-supervised',
      'd09-letter-extended',
      'd10-letter-closed',
    ]
    expect(story.flatMap(name => said(say(sample(name))))).toEqual([
      'PETITION CaseRegistered REGISTERED',
      // The mark on the letter is the first report; the written one follows it.
      'PETITION EmergencyReported REGISTERED',
      'PETITION EmergencyReported REGISTERED',
      'PETITION CaseDispatched DISPATCHED',
      'PETITION ConsultationConvened DISPATCHED',
      'PETITION AssignmentReturned RETURNED',
      'PETITION CaseDispatched DISPATCHED',
      'PETITION CaseAccepted ACCEPTED',
      'PETITION SupervisionRaised IN_PROGRESS',
      'PETITION DeadlineExtended IN_PROGRESS',
      'PETITION CaseClosed CLOSED',
    ])
  })

  it('opens a review and a last review beside the petition, in the same case, and leaves no proceeding open at the end', () => {
    const [opened] = say(sample('letter-opinion'))
    const events = ['letter-review', 'letter-recheck', 'letter-final'].flatMap(name => say(sample(name)))
    expect(said(events).filter(one => !one.includes('CaseLinked'))).toEqual([
      'PETITION CaseClosed CLOSED',
      'PETITION_REVIEW CaseRegistered ACCEPTED',
      'PETITION_REVIEW CaseClosed CLOSED',
      'PETITION_REVIEW CaseRegistered REGISTERED',
      'PETITION_REVIEW CaseClosed CLOSED',
    ])
    expect(new Set(events.map(one => one.case.caseId))).toEqual(new Set([opened!.case.caseId]))
    expect(events.at(-1)!.case.proceedings.map(one => one.status)).toEqual(['CLOSED', 'CLOSED', 'CLOSED'])
  })

  it('links a registered petition that is refused to the arbitration that runs already, and joins nothing', () => {
    const refused = sample('letter-rejected')
    const [cited] = translated(refused)[0]!.record.proceeding.cited
    const arbitration = message({ system: 'labour-arbitration', kind: 'ARBITRATION', own: [cited!.number] })
    const decided = decide(deps, state, { record: arbitration, keyId: null, hash: 'a', personal: '' })
    const other = decided[0]!.record.case.caseId
    const [registered] = say({ ...refused, xfjzt: '登记', blfss: [] })
    const events = say(refused)
    expect(registered!.case.caseId).not.toBe(other)
    expect(said(events)).toEqual([
      'PETITION CaseRejected REJECTED',
      'PETITION CaseLinked REJECTED',
      'ARBITRATION CaseLinked REGISTERED',
    ])
    expect(events[1]!.case.links).toMatchObject([{ otherCaseId: other, kind: 'RELATED' }])
    expect(events[2]!.case.links).toMatchObject([{ otherCaseId: registered!.case.caseId, kind: 'RELATED' }])
  })
})

describe('a report among the letters', () => {
  const told = ['虚戊五', '收受好处', '三墩镇人民政府', '副镇长', '作风问题', '虚戊五材料', '注意保密', '/xf/fj/f1']

  it.each(['检举控告', '检举', '举报', '申诉求决,检举控告', '03'])(
    'says who and what only in S3 and S4 fields: purpose %s',
    purpose => {
      const [one] = translated({ ...sample('letter-report'), xfmddm: purpose })
      const { content, opinion, parties, ...personal } = one!.personal!
      expect(content).toContain('收受好处')
      expect(opinion).toContain('注意保密')
      expect(parties.map(party => party.role)).toEqual(['REPORTER'])
      expect(one!.record.parties.map(party => [party.role, party.wantsSecrecy])).toEqual([['PROTECTED', true]])
      const visible = JSON.stringify([personal, one!.record])
      expect(told.filter(word => visible.includes(word))).toEqual([])
    },
  )

  it.each(['申诉求决', '意见建议'])('does not hide what is none: purpose %s', purpose => {
    const [one] = translated({ ...sample('letter-report'), xfmddm: purpose })
    expect(one!.record.parties.map(party => party.role)).toEqual(['PETITIONER', 'RESPONDENT'])
    expect(one!.personal).toMatchObject({ content: null, summary: expect.stringContaining('收受好处') })
  })
})
