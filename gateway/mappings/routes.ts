// GET /admin/mappings: what is in force in this process. POST /admin/mappings/{connector}/{message}.{direction}: a new version.
import type { FastifyInstance } from 'fastify'
import type { Direction } from '#mappings/engine/index.ts'
import { HubError } from '#schemas/errors.ts'
import { problem } from '../app.ts'
import type { Connector, LoadedMapping } from '../loader/connector.ts'
import { operatorScope } from '../operators.ts'
import type { InForce } from './in-force.ts'
import { type PutDeps, putMapping } from './put.ts'

export interface MappingRoutesDeps extends PutDeps {
  readonly operatorKey: string
  /** Which process this is, and what it does. */
  readonly slot: string
  readonly roles: ReadonlySet<string>
}

export interface MappingView {
  readonly connector: string
  readonly message: string
  readonly direction: Direction
  readonly version: number
  readonly tables: readonly string[]
  readonly from: 'disk' | 'registry'
  readonly by?: string
  readonly at?: string
  /** In force, and this process cannot compile it: its stages wait. */
  readonly unusable?: true
}

const maxBytes = 512 << 10

export function mappingRoutes(deps: MappingRoutesDeps): (app: FastifyInstance) => Promise<void> {
  return async app => {
    await operatorScope(app, { operatorKey: deps.operatorKey, maxBytes }, scope => {
      scope.get('/admin/mappings', async () => ({
        slot: deps.slot,
        roles: [...deps.roles],
        mappings: viewOf(deps.mappings),
      }))
      scope.post('/admin/mappings/:connector/:file', async (request, reply) => {
        const { connector, file } = request.params as { connector: string; file: string }
        const [, message, direction] = /^(.+)\.(inbound|outbound)$/.exec(file) ?? []
        if (!message) throw new HubError('HUB_MAPPING_UNKNOWN')
        const { dryRun } = request.query as { dryRun?: string }
        const result = await putMapping(deps, {
          connector,
          message,
          direction: direction as Direction,
          body: String(request.body ?? ''),
          by: 'operator',
          dryRun: dryRun === 'true',
        })
        if (!('findings' in result)) return reply.code(dryRun === 'true' ? 200 : 202).send(result)
        return problem(reply, new HubError('HUB_MAPPING_TEXT', { count: result.findings.length }), result)
      })
    })
  }
}

function viewOf(mappings: InForce): MappingView[] {
  return [...mappings.connectors().values()].flatMap(connector =>
    (['inbound', 'outbound'] as const).flatMap(direction =>
      [...connector[direction]].map(([message, loaded]) => oneView(mappings, connector, direction, message, loaded)),
    ),
  )
}

function oneView(
  mappings: InForce,
  { manifest }: Connector,
  direction: Direction,
  message: string,
  { compiled, tables, unusable }: LoadedMapping,
): MappingView {
  const entry = mappings.entryOf({ connector: manifest.id, message, direction })
  return {
    connector: manifest.id,
    message,
    direction,
    version: unusable ?? compiled.version,
    tables,
    ...(entry ? { from: 'registry', by: entry.by, at: entry.at } : { from: 'disk' }),
    ...(unusable === undefined ? {} : { unusable: true }),
  }
}
