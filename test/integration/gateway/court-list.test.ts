// A court's list over real sockets: its pages in GB18030, a ticket that runs out between two of them, the court away and the
// hub stopped in the middle. Each case comes once; what is pushed as well says nothing new.
import { expect, it, onTestFinished } from 'vitest'
import { startSimulator } from '#connectors/court-online/simulator.ts'
import type { JsonObject } from '#connectors/sdk.ts'
import { demoCredentials } from '#gateway/index.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { startCatcher } from '../../helpers/catcher.ts'
import { openStage, type Stage } from '../../scenario/a/story.ts'
import { startGate } from './gate.ts'

const system = 'court-online'
const pageSize = 50
const minutes = 60_000

it('a hub fetches a list once, through a ticket that runs out, a court that is away and a restart', {
  timeout: 180_000,
}, async () => {
  let later = 0
  let isOpen = false
  const silent = await startCatcher()
  const court = await startSimulator({
    system,
    port: 0,
    hubUrl: () => silent.url,
    credentials: demoCredentials(system),
    now: () => new Date(Date.now() + later),
    random: Math.random,
  })
  onTestFinished(() => court.close())
  // What its staff enters; pushed to nobody that listens.
  const enter = (from: number, to: number) => court.send('case', filed(from, to))
  await enter(1, 120)
  const gate = await startGate(court.url, ({ page, given }) => {
    // Eleven minutes pass after the first page.
    if (page === 1 && given === 1) later = 11 * minutes
    // The court goes away after it refused the ticket for the second.
    return page !== 2 || given === 1 || isOpen
  })
  const stage = await openStage({ config: demo => ({ ...demo, systems: demo.systems.map(listed) }) })

  await until(() => gate.asked.filter(one => one.page === 2).length > 3)
  const [first, refused, again] = gate.asked
  expect([first!.page, refused!.page, again!.page]).toEqual([1, 2, 2])
  expect(refused!.ticket).toBe(first!.ticket)
  expect(again!.ticket).not.toBe(first!.ticket)
  // Page one, and no more of it while the second is not to be had.
  await until(async () => (await countOf(stage)) === pageSize)

  await stage.hub.restart()
  const before = gate.asked.length
  isOpen = true
  await until(async () => (await countOf(stage)) >= 120)
  // Where the pass stood when the hub stopped, asked for as it began: no page twice, none left out.
  const after = gate.asked.slice(before)
  expect(after.slice(0, 2)).toMatchObject([
    { page: 2, since: first!.since },
    { page: 3, since: first!.since },
  ])
  await numbersOnce(stage, 120)

  await enter(120, 121)
  await until(async () => (await countOf(stage)) >= 121)
  // From a little before the last change on.
  expect(gate.asked.at(-1)!.since > first!.since).toBe(true)

  // Pushed as well, with one that no list has: that one only is news.
  const pushed = await stage.hub.simulators.get(system)!.send('case', [...filed(1, 1), ...filed(122, 122)])
  expect(pushed.status).toBe(202)
  await until(async () => (await countOf(stage)) >= 122)
  await numbersOnce(stage, 122)
  const [one] = await eventsOf(stage)
  expect([one!.proceeding.nativeStatus?.name, one!.proceeding.orgOwner?.name]).toEqual(['立案', '杭州市西湖区人民法院'])

  function listed<S extends { id: string }>(one: S): S {
    if (one.id !== system) return one
    const way = { url: gate.url, credentials: demoCredentials(system).outbound, everyMs: 200 }
    return { ...one, url: court.url, ways: { 'http-poll': way } }
  }
})

/** Cases number `from` to `to`, filed a minute apart. */
function filed(from: number, to: number): JsonObject[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const n = from + index
    const at = new Date(Date.UTC(2026, 0, 5, 1, n)).toISOString().slice(0, 19).replace('T', ' ')
    return {
      N_AJBS: `300120260105${String(n).padStart(6, '0')}`,
      C_AH: `（2026）浙0106民初${n}号`,
      C_FYDM: '330106',
      C_FYMC: '杭州市西湖区人民法院',
      C_AJZT: '立案',
      DT_LASJ: '2026-01-05',
      DT_GXSJ: at,
    }
  })
}

/** The court's own events; others take part in each case. */
async function eventsOf(stage: Stage): Promise<readonly CaseRecord[]> {
  return (await stage.events()).filter(one => one.envelope.system === system)
}

async function countOf(stage: Stage): Promise<number> {
  return (await eventsOf(stage)).length
}

/** Nothing twice, nothing lost. */
async function numbersOnce(stage: Stage, count: number): Promise<void> {
  const numbers = (await eventsOf(stage)).map(one => one.proceeding.numbers[0]!.value)
  expect(numbers.toSorted()).toEqual(
    filed(1, count)
      .map(one => one.C_AH)
      .toSorted(),
  )
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(isSo, { timeout: 45_000, interval: 100 }).toBe(true)
}
