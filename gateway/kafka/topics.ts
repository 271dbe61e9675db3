// All topics of a hub, by name and with their settings. Pure: the same systems and subscribers give the same list.
import type { TopicSpec } from './port.ts'

export const inTopic = (prefix: string, system: string): string => `${prefix}in.${system}`
export const outTopic = (prefix: string, subscriber: string): string => `${prefix}out.${subscriber}`
export const canonicalTopic = (prefix: string): string => `${prefix}canonical`
export const caseEventsTopic = (prefix: string): string => `${prefix}case-events`
export const caseStateTopic = (prefix: string): string => `${prefix}case-state`
export const attemptsTopic = (prefix: string): string => `${prefix}attempts`
export const lanesTopic = (prefix: string): string => `${prefix}lanes`
export const parkingTopic = (prefix: string): string => `${prefix}parking`
export const invalidTopic = (prefix: string): string => `${prefix}invalid`
export const deadLettersTopic = (prefix: string): string => `${prefix}dead-letters`
export const registryTopic = (prefix: string): string => `${prefix}registry`
export const ledgerTopic = (prefix: string): string => `${prefix}ledger`
export const schemasTopic = (prefix: string): string => `${prefix}_schemas`

export interface TopicPlan {
  readonly prefix: string
  readonly systems: readonly string[]
  readonly subscribers: readonly string[]
  readonly brokers: number
  /** Partitions from `canonical` on; fixed at creation. */
  readonly shards?: number
}

const day = 86_400_000
const megabyte = 1 << 20
// An event adds its case's summary to what canonical took; its state holds the snapshot once more, as text.
const eventBytes = 2.5 * megabyte
const forever = -1
const inPartitions = 4

type Configs = Record<string, string>

/** What every topic has. Timestamps are the broker's: cursors by time must not depend on a sender's clock. */
function common(brokers: number): Configs {
  return {
    'compression.type': 'producer',
    'message.timestamp.type': 'LogAppendTime',
    ...(brokers >= 3 ? { 'min.insync.replicas': '2', 'unclean.leader.election.enable': 'false' } : {}),
  }
}

/** How long what has been passed on is kept, for replays and for those who pull. What has not been passed on stays. */
export const keptMs = { in: 7 * day, canonical: 14 * day, out: 14 * day }

/** Never deleted by the brokers, who do not know what has been delivered: the hub itself deletes (retention.ts). */
function untilDelivered(maxBytes: number): Configs {
  return {
    ...kept(forever, maxBytes),
    // What was deleted leaves the disk with its segment.
    'segment.ms': String(day),
  }
}

function kept(retentionMs: number, maxBytes: number): Configs {
  return {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs),
    'retention.bytes': String(forever),
    'max.message.bytes': String(maxBytes),
  }
}

/** Keys deleted long ago stay visible as tombstones for `delete.retention.ms`: a local file must not be older than half of that. */
export const halfOfDeleteRetentionMs = 3.5 * day

function compacted(maxBytes: number): Configs {
  return {
    'cleanup.policy': 'compact',
    'delete.retention.ms': String(2 * halfOfDeleteRetentionMs),
    'min.cleanable.dirty.ratio': '0.3',
    'max.message.bytes': String(maxBytes),
  }
}

/** The topic of one subscription more. */
export function outTopicSpec(plan: Pick<TopicPlan, 'prefix' | 'brokers' | 'shards'>, subscriber: string): TopicSpec {
  const name = outTopic(plan.prefix, subscriber)
  return topicSpecs({ ...plan, systems: [], subscribers: [subscriber] }).find(one => one.name === name)!
}

export function topicSpecs({ prefix, systems, subscribers, brokers, shards = 1 }: TopicPlan): TopicSpec[] {
  const shared = common(brokers)
  const replicas = brokers >= 3 ? 3 : 1
  const spec = (name: string, partitions: number, configs: Configs): TopicSpec => ({
    name,
    partitions,
    replicas,
    configs: { ...shared, ...configs },
  })
  // A single broker has nobody else to remember what it answered 202 for: it writes through to the disk.
  const writeThrough: Configs = brokers < 3 ? { 'flush.messages': '1' } : {}
  return [
    ...systems.map(system =>
      spec(inTopic(prefix, system), inPartitions, { ...untilDelivered(2 * megabyte), ...writeThrough }),
    ),
    spec(canonicalTopic(prefix), shards, untilDelivered(2 * megabyte)),
    spec(caseEventsTopic(prefix), shards, kept(forever, eventBytes)),
    spec(caseStateTopic(prefix), shards, compacted(4 * megabyte)),
    ...subscribers.map(subscriber => spec(outTopic(prefix, subscriber), shards, untilDelivered(eventBytes))),
    spec(attemptsTopic(prefix), shards, kept(14 * day, megabyte)),
    spec(lanesTopic(prefix), shards, compacted(megabyte)),
    spec(parkingTopic(prefix), shards, compacted(3 * megabyte)),
    spec(invalidTopic(prefix), shards, kept(14 * day, 3 * megabyte)),
    spec(deadLettersTopic(prefix), shards, kept(14 * day, 3 * megabyte)),
    spec(registryTopic(prefix), 1, compacted(megabyte)),
    spec(ledgerTopic(prefix), 1, kept(forever, megabyte)),
    spec(schemasTopic(prefix), 1, compacted(megabyte)),
  ]
}
