// Taking the place of a dead instance (G13): the group need not wait for its session to run out.
import { type Base, FindCoordinatorKeyTypes, findCoordinatorV6, leaveGroupV5 } from '@platformatic/kafka'
import { bootstrapConnection, connectionTo } from '../wire.ts'

/** Removes a static member from its group. Only for a slot whose transactional id was initialised just before: whoever
 *  held it is fenced by then, so nothing that it still does can be committed. */
export async function dismiss(client: Base, group: string, instanceId: string): Promise<void> {
  const bootstrap = await bootstrapConnection(client)
  const { coordinators } = await findCoordinatorV6.api.async(bootstrap, FindCoordinatorKeyTypes.GROUP, [group])
  const coordinator = coordinators[0]
  if (!coordinator) return
  const connection = await connectionTo(client, coordinator)
  await leaveGroupV5.api.async(connection, group, [
    { memberId: '', groupInstanceId: instanceId, reason: 'slot restarted' },
  ])
}
