// What people order about lanes: try again, skip, stop trying. An order lies in the topic lanes until the loop that owns the lane
// has obeyed it, so that it survives a kill and finds its owner, whichever process that is.
import type { OutRecord } from '../kafka/port.ts'

/** Marks and orders lie in the first partition of the topic lanes, whatever their key. */
export const marksPartition = 0

/** retry: the head is tried again, as if for the first time. skip: the lane goes on without it. cancel: no more attempts, a dead
 *  letter instead. */
export type OrderAction = 'retry' | 'skip' | 'cancel'

export interface LaneOrder {
  readonly action: OrderAction
  /** null: every lane of the subscription in this partition. */
  readonly caseId: string | null
  readonly partition: number
  /** The delivery that is meant; an order about another head than the present one is not obeyed. */
  readonly head?: string
  readonly by: string
  readonly reason: string
  /** ISO time; tells two orders about one lane apart. */
  readonly at: string
}

/** Tells orders about one subscription apart. */
export function orderName({ at, caseId, partition }: LaneOrder): string {
  return `${at} ${caseId ?? `all-${partition}`}`
}

export function ordersKey(subscription: string): string {
  return `${subscription}/order/`
}

export function orderRecord(topic: string, subscription: string, order: LaneOrder): OutRecord {
  return record(topic, keyOf(subscription, order), Buffer.from(JSON.stringify(order)))
}

/** The order has been obeyed, or there is nothing to obey. */
export function obeyedRecord(topic: string, subscription: string, order: LaneOrder): OutRecord {
  return record(topic, keyOf(subscription, order), null)
}

export function orderOf(value: Buffer): LaneOrder {
  return JSON.parse(value.toString()) as LaneOrder
}

function keyOf(subscription: string, { caseId, partition }: LaneOrder): string {
  return `${ordersKey(subscription)}${caseId ?? `all-${partition}`}`
}

function record(topic: string, key: string, value: Buffer | null): OutRecord {
  return { topic, key, value, partition: marksPartition }
}
