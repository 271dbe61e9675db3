// Scenario A of domain.md 6: what the log itself says of it. The systems' stores are compared in scenario-a.test.ts.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { openKafka } from '#gateway/kafka/open.ts'
import { loadSchemas } from '#gateway/loader/schemas.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { root, settled, testHub } from '../../helpers/hub.ts'

interface Story {
  readonly day: string
  readonly steps: readonly { readonly system: string; readonly message: string; readonly sample: string }[]
}

it('makes one dispute of four proceedings, collective, tagged, with the bracketed number linked', async () => {
  const story = parse(readFileSync(join(root, 'connectors', 'story-a.yaml'), 'utf8')) as Story
  const hub = await testHub({ day: story.day })
  const kafka = openKafka({ brokers: [...hub.settings.brokers], clientId: 'scenario' })
  onTestFinished(() => kafka.close())
  const reader = await kafka.reader()
  const { caseRecord } = loadSchemas(root)
  const events: CaseRecord[] = []
  let next: bigint | 'start' = 'start'
  const count = async () => {
    const page = await reader.page(`${hub.settings.prefix}case-events`, 0, next)
    for (const one of page.records) events.push(caseRecord.decode(one.value!))
    next = page.next
    return events.length
  }
  for (const [index, step] of story.steps.entries()) {
    const answer = await hub.send(step.system, step.message, step.sample)
    expect([step.sample, Math.floor(answer.status / 100)]).toEqual([step.sample, 2])
    await settled(count, index === 0 ? 3000 : 1000)
  }
  const last = events.at(-1)!
  expect(new Set(events.map(one => one.case.caseId)).size).toBe(1)
  expect(last.case.proceedings.map(one => [one.kind, one.system])).toEqual(
    expect.arrayContaining([
      ['HOTLINE', 'hotline-12345'],
      ['GRID_EVENT', 'zongzhi'],
      ['ARBITRATION', 'labour-arbitration'],
      ['COORDINATION', 'mt-coordination'],
    ]),
  )
  expect(last.case.proceedings).toHaveLength(4)
  expect([last.case.collective, last.case.tags.includes('WAGE_ARREARS'), last.case.caseStatus]).toEqual([
    true,
    true,
    'CLOSED',
  ])
  const numbers = last.case.proceedings.flatMap(one => one.numbers.map(number => [number.value, number.normalized]))
  expect(numbers.find(([value]) => value?.includes('[2026]0123'))?.[1]).toBe('浙杭西湖劳人仲案(2026)123号')
})
