// A Fastify request as adapters and authenticators see it.
import type { FastifyRequest } from 'fastify'
import type { HttpMessage } from '#connectors/sdk.ts'

const nothing = Buffer.alloc(0)

export function readRequest(request: FastifyRequest): HttpMessage {
  const url = request.raw.url ?? '/'
  const mark = url.indexOf('?')
  return {
    method: request.method as HttpMessage['method'],
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? {} : Object.fromEntries(new URLSearchParams(url.slice(mark + 1))),
    headers: request.headers as Record<string, string>,
    body: Buffer.isBuffer(request.body) ? request.body : nothing,
  }
}
