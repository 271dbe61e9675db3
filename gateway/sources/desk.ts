// Judges and stores what a source found, as the front door does with what is sent to it; only the sender is known already.
import type { ItemResult } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import type { OutRecord, Producer } from '../kafka/port.ts'
import { resultOf } from '../receive/answer.ts'
import type { Intake } from '../receive/intake.ts'
import { judge } from '../receive/judge.ts'
import type { Route } from '../receive/route.ts'
import type { Find, SourceItem } from './port.ts'

export interface DeskDeps {
  readonly route: (message: string) => Route | undefined
  readonly intake: Intake
  readonly producer: Producer
  /** An answer to a delivery of ours, as a record of in.<system>. */
  readonly answer: (item: SourceItem) => OutRecord | undefined
  readonly received: (status: string) => void
  readonly alert: (message: string, error: HubError) => void
}

export type Desk = (find: Find, items: readonly SourceItem[]) => Promise<readonly ItemResult[]>

/** Resolves when every item is stored or refused; rejects when the broker did not confirm: nothing is settled then. */
export function createDesk(deps: DeskDeps): Desk {
  return async (find, items) => {
    if (items.some(item => item.about)) return answers(deps, items)
    const route = deps.route(find.message)
    if (!route) throw new HubError('HUB_RECEIVE_UNKNOWN_MESSAGE', { system: find.name })
    const settled = await deps.intake.store(
      route,
      items.map(item => judge(route, item, undefined)),
    )
    for (const one of settled) {
      deps.received(one.status)
      if (one.error?.code === 'HUB_RECEIVE_SECRET_MARK') deps.alert(find.message, one.error)
    }
    return settled.map(resultOf)
  }
}

async function answers(deps: DeskDeps, items: readonly SourceItem[]): Promise<readonly ItemResult[]> {
  const records = items.map(item => deps.answer(item)).filter(record => record !== undefined)
  if (records.length > 0) await deps.producer.send(records)
  return items.map(({ index }) => ({ index, status: 'accepted', numbers: [] }))
}
