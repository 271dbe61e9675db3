// A ledger's rows in the store: how often a thing was met, when first and last, and in which messages.
//   codes|<[system, message, table, pointer, code]>    fields|<[system, message, pointer]>    rows|<ledger>|<system>
import type { Change, ReadEntry } from '../store/follow.ts'
import type { Store } from '../store/port.ts'

export type Ledger = 'codes' | 'fields'

export interface Seen {
  /** Messages, as they came: what was sent again much later counts again. */
  readonly count: number
  readonly firstSeen: string
  readonly lastSeen: string
  /** The latest ones, newest first. */
  readonly messageIds: readonly string[]
}

/** The system, then what tells rows apart. */
export type Place = readonly [system: string, ...rest: (string | null)[]]

/** A sender of ever new names must not fill the disk: what is beyond this counts in one row of stars. */
export const mostRows = 1000

const keptIds = 5

export interface Sight {
  readonly ledger: Ledger
  readonly place: Place
  readonly messageId: string
  readonly at: string
}

/** Counts one sight in. A message that is still among the latest ones counts once. */
export function noted({ ledger, place, messageId, at }: Sight, read: ReadEntry): Change[] {
  const key = keyOf(ledger, place)
  const before = read(key)
  if (before !== undefined) return counted(key, before, messageId, at)
  const [system] = place
  const rows = Number(read(totalKey(ledger, system)) ?? 0)
  if (rows < mostRows)
    return [
      [key, bytes({ count: 1, firstSeen: at, lastSeen: at, messageIds: [messageId] })],
      [totalKey(ledger, system), Buffer.from(String(rows + 1))],
    ]
  const rest = keyOf(ledger, [system, ...place.slice(1).map(() => '*')])
  const others = read(rest)
  return others === undefined
    ? [[rest, bytes({ count: 1, firstSeen: at, lastSeen: at, messageIds: [messageId] })]]
    : counted(rest, others, messageId, at)
}

function counted(key: string, before: Buffer, messageId: string, at: string): Change[] {
  const { count, firstSeen, lastSeen, messageIds } = JSON.parse(before.toString()) as Seen
  if (messageIds.includes(messageId)) return []
  const seen: Seen = {
    count: count + 1,
    firstSeen: at < firstSeen ? at : firstSeen,
    lastSeen: at > lastSeen ? at : lastSeen,
    messageIds: [messageId, ...messageIds].slice(0, keptIds),
  }
  return [[key, bytes(seen)]]
}

/** Rows of one system or of all, the most frequent first. */
export function rowsOf(store: Store, ledger: Ledger, system?: string): (Seen & { readonly place: Place })[] {
  const prefix = system === undefined ? `${ledger}|` : `${ledger}|[${JSON.stringify(system)},`
  return [...store.scan(prefix)]
    .map(([key, value]) => ({
      place: JSON.parse(key.slice(ledger.length + 1)) as Place,
      ...(JSON.parse(value.toString()) as Seen),
    }))
    .sort((a, b) => b.count - a.count)
}

/** Takes out rows not met since `oldest`: the log that could fill them again has forgotten them too. */
export function forgotten(store: Store, oldest: string): Change[] {
  const gone: Change[] = []
  const totals = new Map<string, number>()
  for (const ledger of ['codes', 'fields'] as const)
    for (const { place, lastSeen } of rowsOf(store, ledger)) {
      if (lastSeen >= oldest) continue
      gone.push([keyOf(ledger, place), null])
      const total = totalKey(ledger, place[0])
      totals.set(total, (totals.get(total) ?? Number(store.get(total) ?? 0)) - 1)
    }
  return [...gone, ...[...totals].map(([key, rows]) => [key, Buffer.from(String(Math.max(0, rows)))] as const)]
}

function keyOf(ledger: Ledger, place: Place): string {
  return `${ledger}|${JSON.stringify(place)}`
}

function totalKey(ledger: Ledger, system: string): string {
  return `rows|${ledger}|${system}`
}

function bytes(seen: Seen): Buffer {
  return Buffer.from(JSON.stringify(seen))
}
