// The way staging-table: claims rows that a system has laid out, gives them as messages, writes back what became of them.
// Also brings back what the system has written into rows of ours.
import { randomUUID } from 'node:crypto'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { Find, Source, SourceParts } from '../../sources/port.ts'
import { Answers } from './answers.ts'
import { openDatabase } from './database.ts'
import { faultOf } from './faults.ts'
import type { Place } from './place.ts'
import { Queue } from './queue.ts'
import type { Server } from './server.ts'

/** One for claiming, one for writing back, one to spare. */
const connections = 3

export function tableSource(parts: SourceParts): Source {
  const { system, way, slot } = parts
  const server = openDatabase(way, connections)
  if (!server) {
    const rule = `system ${system.id}: ways.staging-table.url is none of a database`
    throw new HubError('HUB_START_CONFIG', { file: 'systems', rule })
  }
  const places = placesOf(parts, server)
  let turn = 0
  return {
    async next() {
      // In turns, so that a table that is never empty does not keep the others waiting.
      for (let n = 0; n < places.length; n += 1) {
        const place = places[turn++ % places.length]!
        const find = await guarded(system.id, place.table, () => place.next(`${slot}/${randomUUID()}`))
        if (find) return guardedFind(system.id, place.table, find)
      }
      return undefined
    },
    close: () => server.db.destroy(),
  }
}

function placesOf({ system, connector, now }: SourceParts, server: Server): Place[] {
  const { table } = connector.manifest.transport
  const queues = (table?.in ?? []).map(spec => new Queue(server, spec, system.id))
  const answering = (table?.out ?? []).filter(spec => spec.answers !== undefined)
  return [...queues, ...answering.map(spec => new Answers(server, spec, connector.manifest, now))]
}

/** Throws HUB_SOURCE_UNREACHABLE, HUB_SOURCE_TABLE. */
async function guarded<T>(system: string, table: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    // A fault of ours is none of the database's.
    if (error instanceof TypeError || isHubError(error)) throw error
    const { kind, code } = faultOf(error)
    const facts = { system, cause: code }
    if (kind === 'setup' || kind === 'unfit') throw new HubError('HUB_SOURCE_TABLE', { ...facts, table }, error)
    throw new HubError('HUB_SOURCE_UNREACHABLE', { ...facts, way: 'staging-table' }, error)
  }
}

function guardedFind(system: string, table: string, find: Find): Find {
  return {
    message: find.message,
    name: find.name,
    items: () => find.items(),
    settled: results => guarded(system, table, () => find.settled(results)),
    end: problem => guarded(system, table, () => find.end(problem)),
    release: () => guarded(system, table, () => find.release()),
  }
}
