// The receivers' journal: one line a request, written before it is answered, and one a line of theirs that was closed. Both ends of
// it in one place.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Endpoint } from './plan.ts'

/** cut: the line was closed without an answer. */
export type Answer = '200' | '500' | 'cut'

export interface Arrival {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly endpoint: Endpoint
  readonly deliveryId: string
  readonly eventId: string
  readonly caseId: string
  readonly sequence: number
  readonly version: number
  readonly answer: Answer
  /** Number of the connection that it came by. */
  readonly connection: number
}

/** A connection that ended. A process that is killed takes all of its own with it. */
export interface Closed {
  readonly at: number
  readonly connection: number
}

const closedMark = 'closed'

export const closedLineOf = ({ at, connection }: Closed): string => `${closedMark}\t${at}\t${connection}\n`

export function lineOf(one: Arrival): string {
  const { at, endpoint, deliveryId, eventId, caseId, sequence, version, answer, connection } = one
  return `${[at, endpoint, deliveryId, eventId, caseId, sequence, version, answer, connection].join('\t')}\n`
}

export async function readJournal(
  file: string,
  take: (arrival: Arrival) => void,
  ended: (closed: Closed) => void,
): Promise<void> {
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const words = line.split('\t')
    if (words[0] === closedMark) {
      ended({ at: Number(words[1]), connection: Number(words[2]) })
      continue
    }
    const [at, endpoint, deliveryId, eventId, caseId, sequence, version, answer, connection] = words
    take({
      at: Number(at),
      endpoint: endpoint as Endpoint,
      deliveryId: deliveryId!,
      eventId: eventId!,
      caseId: caseId!,
      sequence: Number(sequence),
      version: Number(version),
      answer: answer as Answer,
      connection: Number(connection),
    })
  }
}
