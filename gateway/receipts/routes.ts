// GET /receipts/{messageId}: for the system that sent the message, and for operators. Anyone else hears 404, so that
// nobody learns which messages exist.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HubError, isHubError } from '#schemas/errors.ts'
import { problemOf, statusOf } from '../receive/answer.ts'
import { readRequest } from '../receive/request.ts'
import type { Authenticator } from '../security/authenticate.ts'
import type { Receipts } from './follow.ts'
import type { Receipt } from './receipt.ts'

export interface ReceiptRoutesDeps {
  readonly receipts: Pick<Receipts, 'get'>
  readonly authenticator: Pick<Authenticator, 'identify'>
  readonly operatorKey: string
  /** How long to wait for a receipt that is on its way: a 202 may be asked about at once. */
  readonly patienceMs?: number
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const lookAgainMs = 25

export function receiptRoutes(deps: ReceiptRoutesDeps): (app: FastifyInstance) => Promise<void> {
  return async app => {
    await app.register(async scope => {
      scope.setErrorHandler((error, _request, reply) => {
        const known = isHubError(error) ? error : new HubError('HUB_RECEIVE_UNAVAILABLE')
        const body = {
          type: `urn:hub:error:${known.code}`,
          title: known.message,
          status: statusOf(known),
          ...problemOf(known),
        }
        return reply.code(body.status).type('application/problem+json').send(JSON.stringify(body))
      })
      scope.get<{ Params: { id: string } }>('/receipts/:id', async (request, reply) => {
        const caller = callerOf(deps, request)
        const receipt = await find(deps, request.params.id)
        if (receipt === undefined || (caller !== 'operator' && receipt.system !== caller.system))
          throw new HubError('HUB_RECEIPT_UNKNOWN')
        return reply.type('application/json').send(JSON.stringify(receipt))
      })
    })
  }
}

function callerOf(deps: ReceiptRoutesDeps, request: FastifyRequest): 'operator' | { readonly system: string } {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const shown = request.headers.authorization ?? ''
  if (deps.operatorKey !== '' && timingSafeEqual(digest(shown), digest(`Bearer ${deps.operatorKey}`))) return 'operator'
  return deps.authenticator.identify(readRequest(request))
}

async function find(deps: ReceiptRoutesDeps, id: string): Promise<Receipt | undefined> {
  if (!uuid.test(id)) return undefined
  const tries = Math.ceil((deps.patienceMs ?? 1500) / lookAgainMs)
  for (let n = 0; ; n++) {
    const receipt = deps.receipts.get(id)
    if (receipt !== undefined || n >= tries) return receipt
    await new Promise(done => setTimeout(done, lookAgainMs))
  }
}
