import { expect, it } from 'vitest'
import type { Ground } from '#gateway/ground.ts'
import * as topics from '#gateway/kafka/topics.ts'
import { startCorrelate, startTranslate } from '#gateway/stages.ts'
import { startRoute } from '#gateway/stages-out.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { running, storeSample, testGround } from '../../helpers/ground.ts'

async function events(on: Ground, count: number): Promise<CaseRecord[]> {
  const reader = await on.kafka.reader()
  const found: CaseRecord[] = []
  let from: bigint | 'start' = 'start'
  const deadline = Date.now() + 20_000
  while (found.length < count && Date.now() < deadline) {
    const page = await reader.page(topics.caseEventsTopic(on.settings.prefix), 0, from, { waitMs: 200 })
    for (const one of page.records) found.push(on.schemas.caseRecord.decode(one.value!))
    from = page.next
  }
  await reader.close()
  return found
}

it('turns native messages of three systems into the events of one case, the bracketed number included', async () => {
  const on = await testGround()
  running(await startTranslate(on))
  running(await startCorrelate(on))
  running(await startRoute(on))
  await storeSample(on, 'hotline-12345', 'order', 'a01-dispatched.json')
  const [first] = await events(on, 1)
  expect([first!.proceeding.kind, first!.proceeding.status, first!.case.collective]).toEqual([
    'HOTLINE',
    'DISPATCHED',
    true,
  ])
  await storeSample(on, 'zongzhi', 'event', 'a01-accepted.json')
  await events(on, 3)
  await storeSample(on, 'labour-arbitration', 'case', 'a02-case-accepted.json')
  const all = await events(on, 5)
  expect(all.map(one => [one.envelope.eventType, one.proceeding.kind])).toEqual([
    ['CaseRegistered', 'HOTLINE'],
    ['CaseRegistered', 'GRID_EVENT'],
    ['CaseLinked', 'GRID_EVENT'],
    ['CaseRegistered', 'ARBITRATION'],
    ['CaseLinked', 'ARBITRATION'],
  ])
  expect(new Set(all.map(one => one.case.caseId)).size).toBe(1)
  expect(all.at(-1)!.case.tags).toContain('WAGE_ARREARS')
})
