// Where in each partition of in.* the mapping version changed, and whether every message came through once.
import type { InRecord } from '#gateway/kafka/port.ts'
import { openFields } from '../../../chaos/drill/independent.ts'

export interface SwapCount {
  readonly faults: readonly string[]
  /** Records by mapping version. */
  readonly versions: Readonly<Record<number, number>>
  /** Partitions of in.* with messages, and those of them that begin with the oldest version and end with the newest. One whose
   *  process was away during a whole version goes from the one before it to the one after. */
  readonly partitions: number
  readonly parted: number
  /** Stored and not translated; translated and not stored, or once too often. */
  readonly lost: number
  readonly twice: number
}

export interface Held {
  /** Ids of the messages that were answered 202. */
  readonly sent: readonly string[]
  readonly arrived: readonly InRecord[]
  readonly canonical: readonly InRecord[]
}

/** @param says the status that the mapping of each version gives: a record must hold what its stamp promises */
export function countSwap({ sent, arrived, canonical }: Held, says: Readonly<Record<number, string>>): SwapCount {
  const faults: string[] = []
  const stored = new Set(arrived.map(row => row.headers.ce_id))
  for (const id of sent) if (!stored.has(id)) faults.push(`${id} was answered and is not stored`)
  // A call without an answer is made again and may be stored twice: then it is translated twice, in that order.
  const made = Map.groupBy(canonical, row => row.headers.ce_id!)
  const partitions = Map.groupBy(arrived, row => `${row.topic}/${row.partition}`)
  const versions: Record<number, number> = {}
  const order = Object.keys(says).map(Number)
  const [oldest, newest] = [Math.min(...order), Math.max(...order)]
  let parted = 0
  let lost = 0
  for (const [name, rows] of partitions) {
    let before = 0
    const seen = new Set<number>()
    for (const row of rows) {
      const one = made.get(row.headers.ce_id!)?.shift()
      if (!one) {
        lost += 1
        continue
      }
      const version = versionOf(one, says, faults)
      if (version < before) faults.push(`${name}@${row.offset}: version ${version} after version ${before}`)
      before = version
      seen.add(version)
      versions[version] = (versions[version] ?? 0) + 1
    }
    if (seen.has(oldest) && before === newest) parted += 1
  }
  const twice = [...made.values()].flat().length
  return { faults, versions, partitions: partitions.size, parted, lost, twice }
}

function versionOf(row: InRecord, says: Readonly<Record<number, string>>, faults: string[]): number {
  const { envelope, proceeding } = openFields(row.value!)
  const version = Number(envelope.mapping.split('@')[1])
  if (proceeding.status !== says[version] || !envelope.tables.includes(`status@${version}`))
    faults.push(`${row.headers.ce_id}: ${envelope.mapping} with ${envelope.tables} gave ${proceeding.status}`)
  return version
}
