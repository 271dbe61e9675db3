// POST /in/{system}/{message}: the door for native messages. Order: who, how large, readable, marks, contract, number,
// key; then stored; only then answered. Never a 500, never a value of the message in an answer or a log line.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { HttpAnswer, HttpMessage } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import { gather } from '../formats/chunks.ts'
import { inflate } from '../formats/gzip.ts'
import { kindBytes, kindOf } from '../formats/kinds.ts'
import { maxWholeBytes } from '../formats/limits.ts'
import type { Source } from '../formats/read.ts'
import type { Authenticator } from '../security/authenticate.ts'
import { createAdmission } from './admission.ts'
import { failureAnswer, itemsAnswer, statusOf } from './answer.ts'
import { addBodyParsers, comingBody, isGzip, plainSource } from './body.ts'
import { type DryRunDeps, dryRun, dryRunFile } from './dry-run.ts'
import { asHubError, statusWord } from './faults.ts'
import { readsOf, receiveFile } from './file.ts'
import { heardCall, type Listener } from './heard.ts'
import type { Intake, Settled } from './intake.ts'
import { judge } from './judge.ts'
import { isFile } from './media-types.ts'
import { checkContentType, openBody } from './open.ts'
import { readRequest } from './request.ts'
import type { Route, Routes } from './route.ts'

export interface ReceiveDeps extends DryRunDeps {
  readonly routes: () => Routes
  /** One for all doors of a process: it remembers what it stored. */
  readonly intake: Intake
  readonly authenticator: Authenticator
  readonly received: (system: string, status: string) => void
  /** Why nothing may be taken in just now, if so. */
  readonly refusal?: () => HubError | undefined
  /** Told how every call to a known address was answered; of its messages the intake tells. */
  readonly listener?: Listener
  readonly limits?: { readonly requests?: number; readonly bytes?: number }
}

const visibleAscii = /^[\x21-\x7e]{1,255}$/

/** The door as app.ts takes it. */
export function receiveRoutes(deps: ReceiveDeps): (app: FastifyInstance) => Promise<void> {
  const { routes } = deps
  return async app => {
    await app.register(async scope => {
      addBodyParsers(scope)
      admit(scope, deps)
      scope.setErrorHandler((error, request, reply) => {
        const { system, message } = request.params as Params
        const known = asHubError(error, deps.log)
        deps.received(routes().has(system) ? system : 'unknown', statusWord(known))
        return send(reply, failureAnswer(routes().get(system)?.get(message), known))
      })
      scope.post<{ Params: Params }>('/in/:system/:message', (request, reply) => {
        const { system, message } = request.params
        return answerTo(deps, routes().get(system), message, request).then(answer => send(reply, answer))
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
    const bytes = Number.isSafeInteger(declared) && declared >= 0 ? Math.min(declared, maxWholeBytes) : maxWholeBytes
    const refusal = deps.refusal?.()
    if (refusal) return done(refusal)
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
    const read = readRequest(request)
    const answer = await take(deps, route, read, comingBody(request.body))
    deps.listener?.(route.system.id)?.(heardCall(route, read, answer.status))
    return answer
  } catch (error) {
    const known = asHubError(error, deps.log)
    deps.received(route?.system.id ?? 'unknown', statusWord(known))
    if (route) deps.listener?.(route.system.id)?.(heardCall(route, readRequest(request), statusOf(known), known))
    return failureAnswer(route, known)
  }
}

async function take(
  deps: ReceiveDeps,
  route: Route,
  request: HttpMessage,
  coming: Source | undefined,
): Promise<HttpAnswer> {
  if (coming && isFile(route.format, request.headers['content-type']) && !needsBody(route, request)) {
    deps.authenticator.check(route.system, request, undefined, 'unread')
    checkContentType(route, request.headers['content-type'])
    return takeFile(deps, route, request, plainSource(coming, request))
  }
  const sent = coming ? { ...request, body: await gather(coming) } : request
  const read = await authenticated(deps, route, sent)
  if (isFile(route.format, read.headers['content-type']) || holdsZip(route, read.body))
    return takeFile(deps, route, read, once(read.body))
  const key = keyOf(read)
  const { reads, many } = openBody(route, read)
  if (isDryRun(read)) return dryRun(deps, route, reads, many)
  const judged = reads.map(one => judge(route, one, key !== undefined && many ? `${key}#${one.index}` : key))
  const settled = await deps.intake.store(route, judged)
  for (const one of settled) note(deps, route, one)
  return itemsAnswer(route, settled, many)
}

function takeFile(deps: ReceiveDeps, route: Route, request: HttpMessage, source: Source): Promise<HttpAnswer> {
  const key = keyOf(request)
  if (isDryRun(request)) return dryRunFile(deps, route, readsOf(route, request, source))
  const settled = (one: Settled) => note(deps, route, one)
  return receiveFile({ route, request, source, key }, { intake: deps.intake, log: deps.log, settled })
}

/** A body without a type, or with a wrong one: its content decides. */
function holdsZip({ format }: Route, body: Buffer): boolean {
  return format.wrapped?.includes('zip') === true && kindOf(body.subarray(0, kindBytes)) === 'zip'
}

/** Who sent it cannot be said before the body has been read. */
function needsBody(route: Route, { headers }: HttpMessage): boolean {
  return (
    headers['content-digest'] !== undefined || route.system.inbound?.requireDigest === true || hasTokenInBody(route)
  )
}

function hasTokenInBody(route: Route): boolean {
  return route.system.inbound?.scheme === 'static-token' && route.adapter.token !== undefined
}

/** The request with its body as it was before compression, once its sender is known and its type may be read. */
async function authenticated(deps: ReceiveDeps, route: Route, request: HttpMessage): Promise<HttpMessage> {
  // A token inside the body is only found after inflating; a signature is checked before any such work.
  const tokenInBody = hasTokenInBody(route)
  if (!tokenInBody) deps.authenticator.check(route.system, request)
  const plain = isGzip(request) ? { ...request, body: await inflate(request.body, maxWholeBytes) } : request
  if (tokenInBody) deps.authenticator.check(route.system, plain, tokenIn(route, plain), request.body)
  checkContentType(route, request.headers['content-type'])
  return plain
}

async function* once(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body
}

function tokenIn(route: Route, request: HttpMessage): string | undefined {
  try {
    return route.adapter.token!(request)
  } catch {
    return undefined
  }
}

function keyOf({ headers }: HttpMessage): string | undefined {
  const key = headers['idempotency-key']
  if (key !== undefined && !visibleAscii.test(key)) throw new HubError('HUB_RECEIVE_KEY_INVALID')
  return key
}

// A slip in a word of the address must not store what was only meant to be tried.
function isDryRun({ query = {} }: HttpMessage): boolean {
  return Object.entries(query).some(
    ([name, value]) => /^dry[-_]?run$/i.test(name) && !['false', '0', 'no'].includes(value.toLowerCase()),
  )
}

function note(deps: ReceiveDeps, route: Route, { status, error }: Settled): void {
  deps.received(route.system.id, status)
  if (error?.code !== 'HUB_RECEIVE_SECRET_MARK') return
  deps.log.error({ system: route.system.id, message: route.message, code: error.code }, 'receive.secret-mark')
}

function send(reply: FastifyReply, answer: HttpAnswer): FastifyReply {
  return reply.code(answer.status).headers(answer.headers).send(answer.body)
}
