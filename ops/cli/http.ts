// Calls of the command line to a running hub, as an operator.
import { demoOperatorKey } from '#gateway/index.ts'
import { HubError } from '#schemas/errors.ts'
import type { Environment } from './environment.ts'

export async function callHub(environment: Environment, method: 'GET' | 'POST', path: string): Promise<unknown> {
  const url = `http://${environment.httpHost}:${environment.httpPort}${path}`
  const key = environment.operatorKey ?? demoOperatorKey
  let answer: Response
  try {
    answer = await fetch(url, { method, headers: { authorization: `Bearer ${key}` } })
  } catch (cause) {
    throw new HubError('HUB_CLI_NO_HUB', { host: environment.httpHost, port: environment.httpPort }, cause)
  }
  const body = (await answer.json()) as { code?: string; zh?: string; en?: string }
  if (!answer.ok) throw new HubError('HUB_CLI_REFUSED', { status: answer.status, code: body.code })
  return body
}
