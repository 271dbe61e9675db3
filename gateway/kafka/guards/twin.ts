// Whether another process sits in our place in the group. Settles what the transactional id alone cannot: a coordinator
// that was started anew and found our transaction out of time answers exactly as if somebody had taken the id over (G4).
import { type Base, FindCoordinatorKeyTypes, findCoordinatorV6, heartbeatV4, ProtocolError } from '@platformatic/kafka'
import { findErrorId } from '../errors.ts'
import { bootstrapConnection, connectionTo } from '../wire.ts'

/** Who we were when we last joined. */
export interface Place {
  readonly group: string
  readonly instanceId: string
  readonly memberId: string
  readonly generation: number
}

const twinIds = new Set(['FENCED_INSTANCE_ID'])
const aloneIds = new Set(['ILLEGAL_GENERATION', 'REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID'])

/** Rejects where the broker gave no answer to that. */
export async function hasTwin(client: Base, { group, generation, memberId, instanceId }: Place): Promise<boolean> {
  try {
    const bootstrap = await bootstrapConnection(client)
    const { coordinators } = await findCoordinatorV6.api.async(bootstrap, FindCoordinatorKeyTypes.GROUP, [group])
    const coordinator = coordinators[0]
    if (!coordinator) throw new ProtocolError('COORDINATOR_NOT_AVAILABLE')
    const connection = await connectionTo(client, coordinator)
    await heartbeatV4.api.async(connection, group, generation, memberId, instanceId)
    return false
  } catch (error) {
    if (findErrorId(error, twinIds)) return true
    if (findErrorId(error, aloneIds)) return false
    throw error
  }
}
