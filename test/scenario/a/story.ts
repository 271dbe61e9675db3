// Plays scenario A through the front doors, step by step: the next step starts when the log and all stores stand still.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import type { Json } from '#connectors/sdk.ts'
import { openKafka } from '#gateway/kafka/open.ts'
import type { Reader } from '#gateway/kafka/port.ts'
import { loadSchemas } from '#gateway/loader/schemas.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { root, settled, type TestHub, type TestHubOptions, testHub } from '../../helpers/hub.ts'

interface Step {
  readonly system: string
  readonly message: string
  readonly sample: string
}

export interface Stage {
  readonly hub: TestHub
  /** All of case-events so far, in the log's order. */
  readonly events: () => Promise<readonly CaseRecord[]>
  /** All that was translated so far, also what made no event. */
  readonly canonical: () => Promise<readonly CaseRecord[]>
  readonly stores: () => Readonly<Record<string, Json>>
  /** Waits until stores, events and attempts stand still. */
  readonly quiet: (quietMs?: number) => Promise<void>
}

export const story = parse(readFileSync(join(root, 'connectors', 'story-a.yaml'), 'utf8')) as {
  readonly day: string
  readonly steps: readonly Step[]
}

export async function openStage(options: TestHubOptions = { day: story.day }): Promise<Stage> {
  const hub = await testHub(options)
  const kafka = openKafka({ brokers: [...hub.settings.brokers], clientId: 'scenario' })
  onTestFinished(() => kafka.close())
  const reader = await kafka.reader()
  const { caseRecord } = loadSchemas(root)
  const topic = (name: string) => `${hub.settings.prefix}${name}`
  const log = follow(reader, topic('case-events'), value => caseRecord.decode(value))
  const canonical = follow(reader, topic('canonical'), value => caseRecord.decode(value))
  const attempts = follow(reader, topic('attempts'), () => null)
  const stores = () => Object.fromEntries([...hub.simulators].map(([id, one]) => [id, one.store()]))
  const quiet = async (quietMs = 1500) => {
    await settled(async () => [stores(), (await log()).length, (await attempts()).length], quietMs)
  }
  return { hub, events: log, canonical, stores, quiet }
}

/** The coordination system answers the first push late, after the town's platform: in life it takes minutes, here a race. */
export async function play({ hub, quiet }: Stage, after: (step: Step) => void = () => {}): Promise<void> {
  const late = hub.simulators.get('mt-coordination')!
  for (const [index, step] of story.steps.entries()) {
    if (index === 0) late.behave({ mode: 'slow', delayMs: 2000 })
    const answer = await hub.send(step.system, step.message, step.sample)
    expect([step.sample, Math.floor(answer.status / 100)]).toEqual([step.sample, 2])
    await quiet(index === 0 ? 3500 : 1500)
    if (index === 0) late.behave({ mode: 'normal' })
    after(step)
  }
}

function follow<T>(reader: Reader, topic: string, read: (value: Buffer) => T): () => Promise<readonly T[]> {
  const all: T[] = []
  let next: bigint | 'start' = 'start'
  return async () => {
    const page = await reader.page(topic, 0, next)
    for (const one of page.records) all.push(read(one.value!))
    next = page.next
    return all
  }
}
