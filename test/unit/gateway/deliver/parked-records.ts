// Records of parking and lanes as a loop writes them.
import { gapKey } from '#gateway/deliver/gaps.ts'
import { parkingKey, sendingKey } from '#gateway/deliver/records.ts'
import type { OutRecord } from '#gateway/kafka/port.ts'
import { topics } from './rig.ts'

export function parked(
  subscription: string,
  subject: string,
  delivery: string,
  { routedAt = 0 }: { readonly routedAt?: number },
): OutRecord {
  return {
    topic: topics.parking,
    key: parkingKey(subscription, delivery),
    value: Buffer.from('event'),
    partition: 0,
    headers: {
      ce_subject: subject,
      hub_delivery: delivery,
      hub_origin_topic: `out.${subscription}`,
      hub_origin_partition: '0',
      hub_origin_offset: String(routedAt),
      hub_state: 'waiting',
    },
  }
}

export function sending(subscription: string, delivery: string): OutRecord {
  return { topic: topics.lanes, key: sendingKey(subscription, delivery), value: Buffer.from('{}'), partition: 0 }
}

export function gapRecordOf(subscription: string, subject: string, sequence: string): OutRecord {
  return { topic: topics.lanes, key: gapKey(subscription, subject), value: Buffer.from(sequence), partition: 0 }
}
