// What a new subscription finds in Kafka: its topic; and where another one had the same name, nothing of that one.
import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '#schemas/errors.ts'
import type { Admin } from '../kafka/port.ts'
import * as topics from '../kafka/topics.ts'
import type { Begin } from './entry.ts'
import { type SweepDeps, sweep } from './sweep.ts'

export interface PrepareDeps extends SweepDeps {
  readonly admin: Admin
  readonly prefix: string
  readonly wait?: (ms: number) => Promise<unknown>
}

/** A loop of that name may end as late as this after its removal: the last attempts, and the group's session. */
const endingMs = 15_000
const lookMs = 200

/** Where its life begins. Throws HUB_SUBSCRIPTION_ENDING while a loop of the one before still runs somewhere. */
export async function prepare(deps: PrepareDeps, id: string): Promise<Begin> {
  const { admin, reader, partitions, prefix, wait = sleep } = deps
  const topic = topics.outTopic(prefix, id)
  const group = `${prefix}deliver.${id}`
  const plan = { prefix, brokers: await admin.brokers(), shards: partitions }
  await admin.ensureTopics([topics.outTopicSpec(plan, id)])
  for (let waited = 0; (await admin.members(group)) > 0; waited += lookMs) {
    if (waited >= endingMs) throw new HubError('HUB_SUBSCRIPTION_ENDING')
    await wait(lookMs)
  }
  await sweep(deps, [id], async () => [id])
  const { topicId } = await reader.page(topic, 0, 'end')
  const offsets = await Promise.all(Array.from({ length: partitions }, (_, one) => reader.writtenEnd(topic, one)))
  if (offsets.some(one => one > 0n)) await admin.moveTo(group, topic, offsets)
  return { topicId, offsets: offsets.map(String) }
}
