// Obeys orders about the lanes of one subscription, between two batches.
import type { Lane } from './lanes.ts'
import { isBlocked } from './lanes.ts'
import { type LaneOrder, obeyedRecord } from './orders.ts'
import type { About } from './records.ts'
import type { Waiting } from './waiting.ts'

export interface ObeyDeps {
  readonly about: About
  readonly waiting: Waiting
  /** Writes what has gathered so far. */
  readonly flush: () => Promise<void>
  readonly log: { info(facts: object, text: string): void }
}

/** So many lanes are changed in one transaction. */
const atOnce = 200

/** False: an attempt is under way in one of the lanes, or what a lane remembers is not in parking any more and must be read back
 *  first. Then the order has to be obeyed again later. */
export async function obey(deps: ObeyDeps, order: LaneOrder): Promise<boolean> {
  const { about, waiting, log } = deps
  const { action, by, reason, caseId } = order
  const lanes = lanesOf(waiting, order)
  let done = 0
  let isWhole = true
  for (const lane of lanes) {
    if (lane.busy) isWhole = false
    else if (isMeant(lane, order)) {
      await act(waiting, lane, action)
      if (waiting.isLost) {
        isWhole = false
        break
      }
      done += 1
      if (done % atOnce === 0) await deps.flush()
    }
  }
  if (isWhole) waiting.push(obeyedRecord(about.topics.lanes, about.subscription, order))
  await deps.flush()
  const { subscription, system } = about
  log.info({ subscription, system, case: caseId, action, by, reason, lanes: done, isWhole }, 'lanes.ordered')
  return isWhole
}

function lanesOf(waiting: Waiting, { caseId, partition }: LaneOrder): Lane[] {
  if (caseId === null) return [...waiting.lanes.values()].filter(lane => lane.partition === partition)
  const lane = waiting.lanes.get(caseId)
  return lane ? [lane] : []
}

/** Of all lanes those that the order can do something about; whether a delivery of unknown outcome is sent again is asked one by
 *  one. */
function isMeant(lane: Lane, { action, caseId, head }: LaneOrder): boolean {
  if (caseId === null) return action === 'cancel' ? !isBlocked(lane) : lane.head.state === 'dead'
  return head === undefined || lane.head.deliveryId === null || lane.head.deliveryId === head
}

function act(waiting: Waiting, lane: Lane, action: LaneOrder['action']): Promise<void> {
  if (action === 'skip') return waiting.skip(lane)
  return action === 'cancel' ? waiting.giveUp(lane, 'cancelled') : waiting.again(lane)
}
