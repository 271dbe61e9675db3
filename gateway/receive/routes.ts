// POST /in/{system}/{message}: the door for native messages. Order: who, how large, readable, marks, contract, number,
// key; then stored; only then answered. Never a 500, never a value of the message in an answer or a log line.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { HttpAnswer, HttpMessage, Json } from '#connectors/sdk.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
import { inflate } from '../formats/gzip.ts'
import type { Authenticator } from '../security/authenticate.ts'
import { createAdmission } from './admission.ts'
import { failureAnswer, itemsAnswer, jsonAnswer, problemOf } from './answer.ts'
import type { Intake } from './intake.ts'
import { type Judged, judge, type Refused } from './judge.ts'
import { checkContentType, maxRequestBytes, type Opened, openBody } from './open.ts'
import { readRequest } from './request.ts'
import type { Route, Routes } from './route.ts'

export interface ReceiveDeps {
  readonly routes: Routes
  /** One for all doors of a process: it remembers what it stored. */
  readonly intake: Intake
  readonly authenticator: Authenticator
  /** Runs the whole translation and stores nothing. Its HubErrors are answered as problems. */
  readonly dryRun: (system: string, message: string, tree: Json) => unknown
  readonly received: (system: string, status: string) => void
  readonly log: { warn(facts: object, text: string): void; error(facts: object, text: string): void }
  readonly limits?: { readonly requests?: number; readonly bytes?: number }
}

const visibleAscii = /^[\x21-\x7e]{1,255}$/

/** The door as app.ts takes it. */
export function receiveRoutes(deps: ReceiveDeps): (app: FastifyInstance) => Promise<void> {
  const { routes } = deps
  return async app => {
    await app.register(async scope => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxRequestBytes }, (_request, body, done) =>
        done(null, body),
      )
      admit(scope, deps)
      scope.setErrorHandler((error, request, reply) => {
        const { system, message } = request.params as Params
        return send(reply, failureAnswer(routes.get(system)?.get(message), asHubError(error, deps)))
      })
      scope.post<{ Params: Params }>('/in/:system/:message', (request, reply) => {
        const { system, message } = request.params
        return answerTo(deps, routes.get(system), message, request).then(answer => send(reply, answer))
      })
    })
  }
}

interface Params {
  readonly system: string
  readonly message: string
}

function admit(scope: FastifyInstance, deps: ReceiveDeps): void {
  const admission = createAdmission(deps.limits?.requests, deps.limits?.bytes)
  scope.addHook('onRequest', (request, reply, done) => {
    // A chunked body does not say its size: it counts as a whole message.
    const declared = Number(request.headers['content-length'] ?? 1_048_576)
    const bytes =
      Number.isSafeInteger(declared) && declared >= 0 ? Math.min(declared, maxRequestBytes) : maxRequestBytes
    if (!admission.enter(bytes)) return done(new HubError('HUB_RECEIVE_TOO_MANY'))
    reply.raw.once('close', () => admission.leave(bytes))
    done()
  })
}

async function answerTo(
  deps: ReceiveDeps,
  messages: ReadonlyMap<string, Route> | undefined,
  message: string,
  request: FastifyRequest,
): Promise<HttpAnswer> {
  const route = messages?.get(message)
  try {
    if (messages === undefined) throw new HubError('HUB_HTTP_UNKNOWN_SYSTEM')
    if (route === undefined)
      throw new HubError('HUB_RECEIVE_UNKNOWN_MESSAGE', { system: (request.params as Params).system })
    const read = await authenticated(deps, route, readRequest(request))
    const opened = openBody(route, read)
    const judged = judgeAll(route, opened, read)
    if (read.query?.dryRun === 'true') return dryRunAnswer(deps, route, opened, judged)
    const settled = await deps.intake.store(route, opened.contentType, judged)
    for (const one of settled) {
      deps.received(route.system.id, one.status)
      if (one.error) alertIfSecret(deps, route, one.error)
    }
    return itemsAnswer(route, settled, opened.many)
  } catch (error) {
    const known = asHubError(error, deps)
    deps.received(route?.system.id ?? 'unknown', statusWord(known))
    return failureAnswer(route, known)
  }
}

/** The request with its body as it was before compression, once its sender is known and its type may be read. */
async function authenticated(deps: ReceiveDeps, route: Route, request: HttpMessage): Promise<HttpMessage> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase()
  const zipped = encoding === 'gzip' || encoding === 'x-gzip'
  // A token inside the body is only found after inflating; a signature is checked before any such work.
  const tokenInBody = route.system.inbound?.scheme === 'static-token' && route.adapter.token !== undefined
  if (!tokenInBody) deps.authenticator.check(route.system, request)
  if (encoding !== undefined && encoding !== 'identity' && !zipped)
    throw new HubError('HUB_RECEIVE_CONTENT_TYPE', { rule: 'CONTENT_ENCODING' })
  const plain = zipped ? { ...request, body: await inflate(request.body, maxRequestBytes) } : request
  if (tokenInBody) deps.authenticator.check(route.system, plain, tokenIn(route, plain), request.body)
  checkContentType(route, request.headers['content-type'])
  return plain
}

function tokenIn(route: Route, request: HttpMessage): string | undefined {
  try {
    return route.adapter.token!(request)
  } catch {
    return undefined
  }
}

function judgeAll(route: Route, opened: Opened, request: HttpMessage): (Judged | Refused)[] {
  const key = request.headers['idempotency-key']
  if (key !== undefined && !visibleAscii.test(key)) throw new HubError('HUB_RECEIVE_KEY_INVALID')
  return opened.items.map((item, index) => {
    const itemKey = key !== undefined && opened.many ? `${key}#${index}` : key
    return judge(route, { item, index, key: itemKey, text: opened.texts?.[index] })
  })
}

async function dryRunAnswer(
  deps: ReceiveDeps,
  route: Route,
  opened: Opened,
  judged: readonly (Judged | Refused)[],
): Promise<HttpAnswer> {
  const items: object[] = []
  for (const one of judged) {
    let error = 'error' in one ? one.error : undefined
    try {
      if (!error) {
        const result = await deps.dryRun(route.system.id, route.message, opened.items[one.index]!.tree)
        items.push({ index: one.index, status: 'dry-run', result })
      }
    } catch (thrown) {
      error = asHubError(thrown, deps)
    }
    if (error && !opened.many) return failureAnswer(undefined, error)
    if (error) items.push({ index: one.index, status: 'refused', problem: problemOf(error) })
  }
  return jsonAnswer(200, opened.many ? { items } : items[0])
}

function alertIfSecret(deps: ReceiveDeps, route: Route, error: HubError): void {
  if (error.code !== 'HUB_RECEIVE_SECRET_MARK') return
  deps.log.error({ system: route.system.id, message: route.message, code: error.code }, 'receive.secret-mark')
}

function asHubError(error: unknown, deps: ReceiveDeps): HubError {
  if (isHubError(error)) return error
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new HubError('HUB_RECEIVE_TOO_LARGE', { limit: maxRequestBytes, pointer: '', rule: 'MAX_BYTES' })
  if (statusCode === 415) return new HubError('HUB_RECEIVE_CONTENT_TYPE', { rule: 'MEDIA_TYPE' })
  if (statusCode !== undefined && statusCode < 500)
    return new HubError('HUB_RECEIVE_UNREADABLE', { pointer: '', rule: 'HTTP' })
  // The text of a foreign error may quote the message: only its name and its place in our code are logged.
  const stack = (error as Error).stack?.split('\n').filter(line => line.startsWith('    at ')) ?? []
  deps.log.error({ error: (error as Error).name, at: stack[0]?.trim() }, 'receive.failed')
  return new HubError('HUB_RECEIVE_UNAVAILABLE')
}

function statusWord(error: HubError): string {
  const status = error.entry.status
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 429) return 'busy'
  return status >= 500 || status === 0 ? 'unavailable' : 'refused'
}

function send(reply: FastifyReply, answer: HttpAnswer): FastifyReply {
  return reply.code(answer.status).headers(answer.headers).send(answer.body)
}
