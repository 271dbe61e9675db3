// Both replays of one log, as the test and the whole drill run them: prints what it finds, expects what must hold.
import { expect } from 'vitest'
import { type Row, readAll } from './independent.ts'
import { digestOf, digestOfEssence, essenceOf, type ReplayOptions, replayCanonical, replayIn } from './replay.ts'

export interface LogOf extends Omit<ReplayOptions, 'to'> {
  readonly seeds: readonly number[]
  readonly say: (line: string) => void
}

export async function expectReplays(log: LogOf): Promise<void> {
  const { brokers, from, say } = log
  const read = await readAll(brokers, [`${from}canonical`, `${from}case-events`])
  const events = read.filter(row => row.topic.endsWith('case-events'))
  const canonical = read.filter(row => row.topic.endsWith('canonical'))
  say(
    `the log: ${canonical.length} canonical records, ${events.length} events, ${linksIn(events)} links, ${laterThan(canonical, events)} without an event`,
  )
  const digest = digestOf(events)
  say(`sha-256 of the log's events        ${digest}`)
  const again = await replayCanonical({ ...log, to: 'again.' })
  say(`sha-256 after replaying canonical  ${digestOf(again)}`)
  expect(again.length).toBe(events.length)
  expect(digestOf(again)).toBe(digest)

  const essence = essenceOf(events)
  const before = digestOfEssence(essence)
  say(`the log        proceedings ${before.proceedings} cases ${before.partition}`)
  for (const seed of log.seeds) {
    const mixed = await replayIn({ ...log, to: `mixed-${seed}.` }, seed)
    const after = essenceOf(mixed.events)
    const digests = digestOfEssence(after)
    const moved = displaced(canonical, mixed.canonical)
    const renamed = renamedCases(events, mixed.events)
    say(`in.* by seed ${String(seed).padEnd(3)} proceedings ${digests.proceedings} cases ${digests.partition}`)
    say(
      `  order of canonical: ${moved} of ${canonical.length} records stand elsewhere; ${renamed} cases have another id`,
    )
    expect(mixed.canonical.length).toBe(canonical.length)
    expect(moved).toBeGreaterThan(canonical.length / 2)
    expect(differences(essence.proceedings, after.proceedings)).toEqual([])
    expect(digests).toEqual(before)
  }
}

const linksIn = (events: readonly Row[]): number =>
  events.filter(row => row.headers.ce_type === 'hub.case.CaseLinked').length

/** Repeats, late ones and conflicts: in canonical, and no event named after them. */
function laterThan(canonical: readonly Row[], events: readonly Row[]): number {
  return canonical.length - (events.length - linksIn(events))
}

function renamedCases(before: readonly Row[], after: readonly Row[]): number {
  const known = new Set(before.map(row => row.key))
  return new Set(after.map(row => row.key).filter(key => !known.has(key))).size
}

function displaced(before: readonly Row[], after: readonly Row[]): number {
  return before.filter((row, i) => row.headers.ce_id !== after[i]?.headers.ce_id).length
}

/** The first few proceedings that differ, so that a red run says where to look. */
function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const ids = [...new Set([...before.keys(), ...after.keys()])].filter(id => before.get(id) !== after.get(id))
  return ids.slice(0, 3).map(id => `${id}\n${before.get(id)?.slice(0, 3000)}\nagain\n${after.get(id)?.slice(0, 3000)}`)
}
