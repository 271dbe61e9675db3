// GET /admin/ledgers/unknown-codes and /admin/ledgers/unmapped-fields, for operators; ?system= for one system alone.
import type { FastifyInstance } from 'fastify'
import { mustBeOperator } from '../app.ts'
import type { Ledgers } from './follow.ts'

export interface LedgerRoutesDeps {
  readonly ledgers: Omit<Ledgers, 'stop'>
  readonly operatorKey: string
}

export function ledgerRoutes({ ledgers, operatorKey }: LedgerRoutesDeps): (app: FastifyInstance) => void {
  const ledger = (app: FastifyInstance, path: string, rows: (system?: string) => readonly object[]) =>
    app.get<{ Querystring: { system?: string } }>(`/admin/ledgers/${path}`, async (request, reply) => {
      mustBeOperator(request.headers.authorization, operatorKey)
      return reply.send({ rows: rows(request.query.system) })
    })
  return app => {
    ledger(app, 'unknown-codes', ledgers.unknownCodes)
    ledger(app, 'unmapped-fields', ledgers.unmappedFields)
  }
}
