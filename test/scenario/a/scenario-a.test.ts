// Scenario A of domain.md 6 through the front doors only: native messages in, the systems' own stores out. What each
// store must hold at the end was written by hand from domain.md.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Json } from '#connectors/sdk.ts'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { readAll } from '../../chaos/drill/independent.ts'
import { digestOf, replayCanonical } from '../../chaos/drill/replay.ts'
import { root } from '../../helpers/hub.ts'
import { comparable } from './comparable.ts'
import { openStage, play, type Stage, story } from './story.ts'

/** The caller, 虚甲一, is known to the hotline; these eleven are not. */
const fellows = [
  '虚乙二',
  '虚丙三',
  '虚丁四',
  '虚戊五',
  '虚己六',
  '虚庚七',
  '虚辛八',
  '虚壬九',
  '虚癸十',
  '虚子十一',
  '虚丑十二',
]
const idNumber = /3301991900\d{7}[\dX]/

it('carries twelve unpaid workers from the hotline through the platforms, arbitration and the court’s enforcement and back', {
  timeout: 240_000,
}, async () => {
  const began = new Date()
  const stage = await openStage()
  const ticket: Record<string, string> = {}
  await play(stage, ({ sample }) => {
    const stores = stage.stores()
    ticket[sample] = ticketState(stores['hotline-12345']!)
    for (const system of ['hotline-12345', 'shichang', 'zhifa', 'bianmin'])
      for (const name of fellows) expect(JSON.stringify(stores[system])).not.toContain(name)
    expect(JSON.stringify(stores['mt-coordination'])).not.toMatch(idNumber)
  })
  const ended = new Date()
  // The ticket waits open while others work on the matter; the call centre closes it by itself.
  expect(ticket).toMatchObject({
    'samples/valid/a02-mediating.json': '已派单',
    'samples/valid/a03-not-agreed.json': '转程序',
    'samples/valid/a04-transferred.json': '转程序',
    'samples/valid/a05-case-closed.json': '转程序',
    'samples/valid/a02-closed.json': '办结',
  })
  oneDispute(await stage.events())
  const day = new Date(story.day)
  const clocks = {
    now: [day, new Date(day.getTime() + ended.getTime() - began.getTime())],
    received: [began, ended],
  } as const
  for (const [id, store] of Object.entries(stage.stores()))
    expect.soft({ [id]: comparable(store, clocks) }).toEqual({ [id]: expected(id) })
  await expectSameReplay(stage)
})

/** The log of the story, replayed from canonical into an empty prefix, is the same to the byte of its open fields. */
async function expectSameReplay({ hub }: Stage): Promise<void> {
  const { brokers, prefix, dataDir } = hub.settings
  const to = `${prefix}again.`
  onTestFinished(() => rmSync(`${dataDir}-${to}`, { recursive: true, force: true }))
  const [port] = (await freePorts(1)) as [number]
  const log = await readAll(brokers.join(), [`${prefix}case-events`])
  const again = await replayCanonical({ brokers: brokers.join(), from: prefix, hubDir: dataDir, to, port })
  process.stdout.write(`${log.length} events, sha-256 ${digestOf(log)}, replayed ${digestOf(again)}\n`)
  expect(digestOf(again)).toBe(digestOf(log))
}

function expected(id: string): Json {
  return JSON.parse(readFileSync(join(root, 'test', 'scenario', 'a', `${id}.expected.json`), 'utf8')) as Json
}

function ticketState(store: Json): string {
  const { tickets } = store as { tickets: Record<string, { ldzt: string }> }
  return tickets.HZSDH20260012345!.ldzt
}

/** One case of five proceedings, collective, tagged; the bracketed number is the one of domain.md. */
function oneDispute(events: readonly CaseRecord[]): void {
  expect(new Set(events.map(one => one.case.caseId)).size).toBe(1)
  const { case: dispute } = events.at(-1)!
  const kinds = dispute.proceedings.map(one => [one.kind, one.system].join(' '))
  expect(kinds.sort()).toEqual([
    'ARBITRATION labour-arbitration',
    'COORDINATION mt-coordination',
    'ENFORCEMENT court-online',
    'GRID_EVENT zongzhi',
    'HOTLINE hotline-12345',
  ])
  expect([dispute.caseStatus, dispute.collective, dispute.peopleCount]).toEqual(['CLOSED', true, 12])
  expect(dispute.tags).toContain('WAGE_ARREARS')
  const numbers = dispute.proceedings.flatMap(one => one.numbers.map(({ value, normalized }) => [value, normalized]))
  expect(numbers).toContainEqual(['浙杭西湖劳人仲案[2026]0123号', '浙杭西湖劳人仲案(2026)123号'])
  expect(numbers).toContainEqual(['（2026）浙0106执456号', '(2026)浙0106执456号'])
  const roles = (system: string) => events.findLast(one => one.envelope.system === system)!.parties.map(one => one.role)
  expect(roles('hotline-12345')).toEqual(['REPRESENTATIVE'])
  expect(roles('court-online')).toEqual(['APPLICANT', 'APPLICANT', 'RESPONDENT'])
  expect(roles('labour-arbitration')).toEqual([
    ...Array.from({ length: 2 }, () => 'REPRESENTATIVE'),
    ...Array.from({ length: 10 }, () => 'APPLICANT'),
    'RESPONDENT',
  ])
}
