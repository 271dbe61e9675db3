// `?dryRun=true`: the whole translation of each message, and nothing is stored.
import type { HttpAnswer, Json } from '#connectors/sdk.ts'
import type { HubError } from '#schemas/errors.ts'
import { isUnread, type Read, type ReadStream } from '../formats/read.ts'
import { failureAnswer, jsonAnswer, problemOf } from './answer.ts'
import { asHubError, type FaultLog } from './faults.ts'
import { judge } from './judge.ts'
import type { Route } from './route.ts'

export interface DryRunDeps {
  /** Its HubErrors are answered as problems. @param follow say of each field where it went */
  readonly dryRun: (system: string, message: string, tree: Json, follow: boolean) => unknown
  readonly log: FaultLog
}

/** Of a file, so many messages are tried. */
const maxTried = 100

export async function dryRun(
  deps: DryRunDeps,
  route: Route,
  reads: readonly Read[],
  many: boolean,
): Promise<HttpAnswer> {
  const tried = await Promise.all(reads.map(read => tryOne(deps, route, read)))
  const first = tried[0]!
  if (!many && first.error) return failureAnswer(undefined, first.error)
  return jsonAnswer(200, many ? { items: tried.map(one => one.answer) } : first.answer)
}

export async function dryRunFile(deps: DryRunDeps, route: Route, file: ReadStream): Promise<HttpAnswer> {
  const reads: Read[] = []
  for await (const chunk of file) {
    reads.push(...chunk.slice(0, maxTried - reads.length))
    if (reads.length >= maxTried) break
  }
  return dryRun(deps, route, reads, true)
}

async function tryOne(
  { dryRun: run, log }: DryRunDeps,
  route: Route,
  read: Read,
): Promise<{ readonly error?: HubError; readonly answer: object }> {
  const { index } = read
  const judged = judge(route, read, undefined)
  try {
    if (isUnread(read)) throw read.error
    if ('error' in judged) throw judged.error
    // Of a list the first message stands for all: following every field of each would take too long.
    const result = await run(route.system.id, route.message, read.tree, index === 0)
    return { answer: { index, status: 'dry-run', result } }
  } catch (thrown) {
    const error = asHubError(thrown, log)
    return { error, answer: { index, status: 'refused', problem: problemOf(error) } }
  }
}
