// A body of many messages: read, judged and stored chunk by chunk, each chunk confirmed before the next one is read, so that
// memory stays bounded and a slow broker slows the sender down. Where it breaks, what was stored stays stored.
import type { HttpAnswer, HttpMessage } from '#connectors/sdk.ts'
import type { HubError } from '#schemas/errors.ts'
import type { ReadStream, Source } from '../formats/read.ts'
import { openStream } from '../formats/reader.ts'
import { asHubError, type FaultLog } from './faults.ts'
import { fileAnswer } from './file-answer.ts'
import type { Intake, Settled } from './intake.ts'
import { judge } from './judge.ts'
import type { Route } from './route.ts'

/** So many places are told of in the answer, and as many refused ones more: a file may hold a hundred thousand. */
const maxTold = 1000

export interface FileParts {
  readonly route: Route
  readonly request: HttpMessage
  readonly source: Source
  readonly key: string | undefined
}

export async function receiveFile(
  { route, request, source, key }: FileParts,
  { intake, log, settled }: { intake: Intake; log: FaultLog; settled: (one: Settled) => void },
): Promise<HttpAnswer> {
  const counts = { received: 0, duplicate: 0, conflict: 0, refused: 0 }
  const told: Settled[] = []
  let refusedTold = 0
  let fault: HubError | undefined
  try {
    for await (const chunk of readsOf(route, request, source)) {
      const judged = chunk.map(read => judge(route, read, key === undefined ? undefined : `${key}#${read.index}`))
      for (const one of await intake.store(route, judged)) {
        counts[one.status] += 1
        settled(one)
        if (one.index < maxTold || (one.error && refusedTold++ < maxTold)) told.push(one)
      }
    }
  } catch (error) {
    fault = asHubError(error, log)
  }
  return fileAnswer(route, { counts, told, fault })
}

export function readsOf(route: Route, request: HttpMessage, source: Source): ReadStream {
  return openStream(source, request.headers['content-type'], route.format)
}
