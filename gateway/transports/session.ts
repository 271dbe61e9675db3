// A session token for systems whose calls need a log-in: asked for once, shared by all calls, asked anew when it fails.
import type { OutboundCall } from '#connectors/sdk.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { SystemConfig } from '#schemas/files.ts'
import type { Connector } from '../loader/connector.ts'
import { unsentCodes } from './http-faults.ts'
import type { HttpPush } from './http-push.ts'

export interface SessionDeps {
  readonly system: SystemConfig
  readonly connector: Connector
  readonly push: HttpPush
  readonly now: () => Date
}

export interface Session {
  /** undefined where the connector needs no log-in. Throws HUB_DELIVER_LOGIN, or one of `unsentCodes`. */
  token(call: OutboundCall): Promise<string | undefined>
  /** Drops the token with which a call failed, if it is still the present one. */
  forget(token: string | undefined): void
}

interface Held {
  readonly value: string
  readonly until: number
}

/** Ends a token early, so that it does not run out on the way. */
const marginMs = 10_000

export function createSession(deps: SessionDeps): Session {
  const { adapter } = deps.connector
  let held: Held | undefined
  let asking: Promise<Held> | undefined

  async function ask(call: OutboundCall): Promise<Held> {
    const { login } = adapter
    const system = deps.system.id
    try {
      const answer = await deps.push.send(deps.system.url!, login!.request(call), system)
      const token = login!.token(answer)
      if (token) return { value: token.value, until: deps.now().getTime() + Math.max(0, token.livesMs - marginMs) }
      throw new HubError('HUB_DELIVER_LOGIN', { system })
    } catch (error) {
      // Nothing of the delivery was sent, whatever became of the log-in.
      if (isHubError(error, ...unsentCodes)) throw error
      throw new HubError('HUB_DELIVER_LOGIN', { system }, error)
    }
  }

  return {
    async token(call) {
      if (!adapter.login) return undefined
      if (held && held.until > deps.now().getTime()) return held.value
      asking ??= ask(call).finally(() => {
        asking = undefined
      })
      held = await asking
      return held.value
    },
    forget(token) {
      if (held?.value === token) held = undefined
    },
  }
}
