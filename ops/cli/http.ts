// Calls of the command line to a running hub, as an operator.
import { demoOperatorKey } from '#gateway/index.ts'
import { HubError } from '#schemas/errors.ts'
import type { Environment } from './environment.ts'

export interface HubAnswer {
  readonly ok: boolean
  readonly status: number
  readonly body: { readonly code?: string; readonly zh?: string; readonly en?: string }
}

type Method = 'GET' | 'POST'

/** What is sent with a call: headers, and a body of their content type. */
interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Throws HUB_CLI_NO_HUB when nobody answers. */
export async function askHub(
  environment: Environment,
  method: Method,
  path: string,
  yaml?: string,
): Promise<HubAnswer> {
  const sent = yaml === undefined ? {} : { headers: { 'content-type': 'application/yaml' }, body: yaml }
  return read(await reach(environment, method, path, sent))
}

/** @param order sent as JSON */
export async function callHub(
  environment: Environment,
  method: Method,
  path: string,
  order?: object,
): Promise<unknown> {
  const sent =
    order === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(order) }
  return mustBeOk(await read(await reach(environment, method, path, sent))).body
}

/** A page of the hub, as HTML. */
export async function readPage(environment: Environment, path: string): Promise<string> {
  const answer = await reach(environment, 'GET', path, { headers: { accept: 'text/html' } })
  if (!answer.ok) mustBeOk(await read(answer))
  return answer.text()
}

async function reach(environment: Environment, method: Method, path: string, sent: Sent): Promise<Response> {
  const url = `http://${environment.httpHost}:${environment.httpPort}${path}`
  const authorization = `Bearer ${environment.operatorKey ?? demoOperatorKey}`
  try {
    return await fetch(url, { method, ...sent, headers: { authorization, ...sent.headers } })
  } catch (cause) {
    throw new HubError('HUB_CLI_NO_HUB', { host: environment.httpHost, port: environment.httpPort }, cause)
  }
}

async function read(answer: Response): Promise<HubAnswer> {
  return { ok: answer.ok, status: answer.status, body: (await answer.json()) as HubAnswer['body'] }
}

function mustBeOk(answer: HubAnswer): HubAnswer {
  if (!answer.ok) throw new HubError('HUB_CLI_REFUSED', { status: answer.status, code: answer.body.code })
  return answer
}
