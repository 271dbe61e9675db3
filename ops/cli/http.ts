// Calls of the command line to a running hub, as an operator.
import { demoOperatorKey } from '#gateway/index.ts'
import { HubError } from '#schemas/errors.ts'
import type { Environment } from './environment.ts'

export interface HubAnswer {
  readonly ok: boolean
  readonly status: number
  readonly body: { readonly code?: string; readonly zh?: string; readonly en?: string }
}

/** Throws HUB_CLI_NO_HUB when nobody answers. */
export async function askHub(
  environment: Environment,
  method: 'GET' | 'POST',
  path: string,
  yaml?: string,
): Promise<HubAnswer> {
  const url = `http://${environment.httpHost}:${environment.httpPort}${path}`
  const authorization = `Bearer ${environment.operatorKey ?? demoOperatorKey}`
  const sent =
    yaml === undefined
      ? { headers: { authorization } }
      : { headers: { authorization, 'content-type': 'application/yaml' }, body: yaml }
  try {
    const answer = await fetch(url, { method, ...sent })
    return { ok: answer.ok, status: answer.status, body: (await answer.json()) as HubAnswer['body'] }
  } catch (cause) {
    throw new HubError('HUB_CLI_NO_HUB', { host: environment.httpHost, port: environment.httpPort }, cause)
  }
}

export async function callHub(environment: Environment, method: 'GET' | 'POST', path: string): Promise<unknown> {
  const { ok, status, body } = await askHub(environment, method, path)
  if (!ok) throw new HubError('HUB_CLI_REFUSED', { status, code: body.code })
  return body
}
