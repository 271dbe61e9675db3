// Taking the place of a dead member (G13): the group need not wait for its session to run out, nor readers for its transaction.
import {
  type Base,
  type Connection,
  describeGroupsV5,
  FindCoordinatorKeyTypes,
  findCoordinatorV6,
  leaveGroupV5,
  ProtocolError,
} from '@platformatic/kafka'
import type { Settings } from '../settings.ts'
import { apiOf, bootstrapConnection, connectionTo } from '../wire.ts'
import { GuardedProducer } from './identity.ts'

type ListTransactions = [states: string[], producers: bigint[], olderThanMs: bigint, pattern: string | null]

interface ListedTransactions {
  readonly transactionStates: ReadonlyArray<{ readonly transactionalId: string }>
}

/** Removes a static member from its group. Only for a slot whose transactional id was initialised just before: whoever
 *  held it is fenced by then, so nothing that it still does can be committed. */
export async function dismiss(client: Base, group: string, instanceId: string): Promise<void> {
  const connection = await coordinatorOf(client, group)
  await leaveGroupV5.api.async(connection, group, [
    { memberId: '', groupInstanceId: instanceId, reason: 'slot restarted' },
  ])
}

/** Ends the transactions that slots of a group left open and that are not in the group any more. Returns those slots. One
 *  that is alive all the same has lost its partitions: what it has open could not be committed. Frees nothing before the
 *  coordinator lists `own`, whoever asks: until then its list may be of before. */
export async function freeDeadSlots(
  client: Base,
  settings: Settings,
  group: string,
  own: string,
): Promise<readonly string[]> {
  // In this order: a slot that joins in between is seen as a member.
  const open = (await openTransactions(client)).filter(id => id.startsWith(`${group}.`) && id !== own)
  if (open.length === 0) return []
  const { groups } = await describeGroupsV5.api.async(await coordinatorOf(client, group), [group], false)
  const members = new Set(groups[0]?.members.map(({ groupInstanceId }) => groupInstanceId))
  if (!members.has(own)) return []
  const dead = open.filter(id => !members.has(id))
  await Promise.all(dead.map(slot => endOpenTransaction(settings, slot)))
  return dead
}

/** Transactional ids with an open transaction. Each node knows those that it coordinates; one that does not answer now is
 *  asked no further, since its ids move to the others. */
async function openTransactions(client: Base): Promise<string[]> {
  const { brokers } = await client.metadata({ topics: [], forceUpdate: true })
  const api = await apiOf<ListTransactions, ListedTransactions>(client, 'ListTransactions')
  const answers = await Promise.allSettled(
    [...brokers.values()].map(async broker =>
      api.async(await connectionTo(client, broker), ['ONGOING'], [], -1n, null),
    ),
  )
  return answers.flatMap(answer =>
    answer.status === 'fulfilled' ? answer.value.transactionStates.map(state => state.transactionalId) : [],
  )
}

async function endOpenTransaction(settings: Settings, slot: string): Promise<void> {
  const producer = new GuardedProducer(settings, slot)
  try {
    await producer.takeOver()
  } finally {
    void producer.close(true).catch(() => {})
  }
}

async function coordinatorOf(client: Base, group: string): Promise<Connection> {
  const bootstrap = await bootstrapConnection(client)
  const { coordinators } = await findCoordinatorV6.api.async(bootstrap, FindCoordinatorKeyTypes.GROUP, [group])
  const [coordinator] = coordinators
  if (!coordinator) throw new ProtocolError('COORDINATOR_NOT_AVAILABLE')
  return connectionTo(client, coordinator)
}
