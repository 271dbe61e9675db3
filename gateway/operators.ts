// What the addresses of operators have in common: the key, bodies read as text whatever their type says, the reason.
import type { FastifyInstance } from 'fastify'
import { HubError } from '#schemas/errors.ts'
import { mustBeOperator } from './app.ts'

/** Of a reason, in characters. */
const shortestReason = 3

/** Routes whose body, of at most `maxBytes`, is text to them; without the operator key they answer nothing. */
export async function operatorScope(
  app: FastifyInstance,
  { operatorKey, maxBytes }: { readonly operatorKey: string; readonly maxBytes: number },
  routes: (scope: FastifyInstance) => void,
): Promise<void> {
  await app.register(async scope => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: maxBytes }, (_request, body, done) =>
      done(null, body),
    )
    scope.addHook('onRequest', async request => mustBeOperator(request.headers.authorization, operatorKey))
    routes(scope)
  })
}

/** Throws HUB_HTTP_REASON. */
export function reasonOf(given: unknown): string {
  if (typeof given !== 'string' || given.trim().length < shortestReason) throw new HubError('HUB_HTTP_REASON', {})
  return given
}
