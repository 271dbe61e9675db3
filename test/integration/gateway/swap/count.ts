// Where in each partition of in.* the mapping version changed, and whether every message came through once.
import { openFields, type Row } from '../../../chaos/drill/independent.ts'

export interface SwapCount {
  readonly faults: readonly string[]
  /** Records by mapping version. */
  readonly versions: Readonly<Record<number, number>>
  /** Partitions of in.* with messages, and those of them that hold every version. */
  readonly partitions: number
  readonly parted: number
  readonly lost: number
  readonly twice: number
}

export interface Held {
  /** Ids of the messages that were answered 202. */
  readonly sent: readonly string[]
  readonly arrived: readonly Row[]
  readonly canonical: readonly Row[]
}

/** @param says the status that the mapping of each version gives: a record must hold what its stamp promises */
export function countSwap({ sent, arrived, canonical }: Held, says: Readonly<Record<number, string>>): SwapCount {
  const faults: string[] = []
  const made = Map.groupBy(canonical, row => row.headers.ce_id!)
  const versions: Record<number, number> = {}
  const stored = Map.groupBy(arrived, row => row.headers.ce_id!)
  for (const id of sent)
    if (stored.get(id)?.length !== 1) faults.push(`${id} is stored ${stored.get(id)?.length ?? 0} times`)
  const partitions = Map.groupBy(arrived, row => `${row.topic}/${row.partition}`)
  let parted = 0
  for (const [name, rows] of partitions) {
    let before = 0
    const seen = new Set<number>()
    for (const row of rows) {
      for (const one of made.get(row.headers.ce_id!) ?? []) {
        const version = versionOf(one, says, faults)
        if (version < before) faults.push(`${name}@${row.offset}: version ${version} after version ${before}`)
        before = version
        seen.add(version)
        versions[version] = (versions[version] ?? 0) + 1
      }
    }
    if (seen.size === Object.keys(says).length) parted += 1
  }
  const lost = arrived.filter(row => !made.has(row.headers.ce_id!)).length
  const twice = [...made.values()].filter(rows => rows.length > 1).length
  return { faults, versions, partitions: partitions.size, parted, lost, twice }
}

function versionOf(row: Row, says: Readonly<Record<number, string>>, faults: string[]): number {
  const { envelope, proceeding } = openFields(row.value!)
  const version = Number(envelope.mapping.split('@')[1])
  if (proceeding.status !== says[version] || !envelope.tables.includes(`status@${version}`))
    faults.push(`${row.headers.ce_id}: ${envelope.mapping} with ${envelope.tables} gave ${proceeding.status}`)
  return version
}
