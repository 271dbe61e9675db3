// The count after a drill: every answered message against what the topics hold, read by the independent reader.
import type { Row } from './independent.ts'
import type { Answered } from './sender.ts'
import type { Planned, Traffic } from './traffic.ts'

export interface Held {
  readonly arrived: readonly Row[]
  readonly canonical: readonly Row[]
  readonly events: readonly Row[]
  readonly out: readonly Row[]
  readonly state: readonly Row[]
  readonly invalid: readonly Row[]
}

export interface Verdict {
  readonly faults: readonly string[]
  readonly counts: Readonly<Record<string, number>>
  /** When each message's own event (or invalid record) was appended, by index of the plan. */
  readonly settledAt: ReadonlyMap<number, number>
}

interface Count {
  readonly faults: string[]
  readonly counts: Record<string, number>
  readonly settledAt: Map<number, number>
}

export function judgeDrill({ messages }: Traffic, journal: readonly Answered[], held: Held): Verdict {
  const count: Count = { faults: [], counts: {}, settledAt: new Map() }
  const answers = new Map(journal.map(one => [one.index, one]))
  const taken = messages.filter(one => isTaken(answers.get(one.index)))
  checkAnswers(count, messages, answers)
  checkInvalid(count, taken, answers, held)
  checkEvents(count, taken, answers, held.events)
  checkState(count, taken, answers, held)
  checkOnce(count, 'case-events', held.events)
  checkOnce(count, 'out', held.out)
  const events = held.events.map(one => one.headers.ce_id).join()
  if (held.out.map(one => one.headers.ce_id).join() !== events)
    count.faults.push('out.* is not the events in their order')
  return count
}

/** 202, or the call centre's own shape of it. */
export function isTaken(answer: Answered | undefined): answer is Answered {
  return answer !== undefined && (answer.status === 202 || answer.status === 200)
}

function add(count: Count, name: string, by = 1): void {
  count.counts[name] = (count.counts[name] ?? 0) + by
}

function checkAnswers(
  { faults, counts }: Count,
  all: readonly Planned[],
  answers: ReadonlyMap<number, Answered>,
): void {
  for (const { index, expect } of all) {
    const status = answers.get(index)?.status
    if (status === undefined) faults.push(`message ${index} has no answer`)
    else if (
      expect === 'refused' ? status !== 422 : expect === 'conflict' ? ![202, 409].includes(status) : status > 202
    )
      faults.push(`message ${index} (${expect}) was answered ${status}`)
    const name = `${expect} ${status}`
    counts[name] = (counts[name] ?? 0) + 1
  }
}

/** Set aside once for each time it was stored: a sender without an answer sends again, and translate remembers nothing. */
function checkInvalid(
  count: Count,
  taken: readonly Planned[],
  answers: ReadonlyMap<number, Answered>,
  { arrived, invalid }: Held,
): void {
  const expected = taken.filter(one => one.expect === 'invalid')
  let due = 0
  for (const { index } of expected) {
    const { messageId } = answers.get(index)!
    const found = invalid.filter(row => row.headers.ce_id === messageId)
    const stored = arrived.filter(row => row.headers.ce_id === messageId)
    due += stored.length
    if (found.length !== stored.length || stored.length === 0)
      count.faults.push(`message ${index}, stored ${stored.length} times, stands ${found.length} times in invalid`)
    if (found[0]) count.settledAt.set(index, found[0].timestamp)
  }
  if (invalid.length !== due) count.faults.push(`invalid holds ${invalid.length}, not ${due}`)
  add(count, 'invalid records', invalid.length)
}

/** Each strand's events must be, in the order of the log, exactly those of the messages that make one. */
function checkEvents(
  count: Count,
  taken: readonly Planned[],
  answers: ReadonlyMap<number, Answered>,
  events: readonly Row[],
): void {
  const strandOf = new Map(taken.map(one => [answers.get(one.index)!.messageId, one.strand]))
  const found = new Map<number, Row[]>()
  const links = new Map<number, number>()
  const cases = new Map<string, number>()
  for (const row of events) {
    const strand = strandOf.get(row.headers.ce_messageid!)
    if (strand === undefined) count.faults.push(`event ${row.headers.ce_id} comes from no answered message`)
    else if (row.headers.ce_type === 'hub.case.CaseLinked') links.set(strand, (links.get(strand) ?? 0) + 1)
    else found.set(strand, [...(found.get(strand) ?? []), row])
    const sequence = (cases.get(row.key!) ?? 0) + 1
    cases.set(row.key!, sequence)
    if (row.headers.ce_sequence !== String(sequence))
      count.faults.push(`case ${row.key} skips to ${row.headers.ce_sequence}`)
  }
  const makers = Map.groupBy(
    taken.filter(one => one.expect === 'event'),
    one => one.strand,
  )
  for (const [strand, wanted] of makers) {
    const rows = found.get(strand) ?? []
    const want = wanted.map(one => `${answers.get(one.index)!.messageId} ${one.type}`).join('\n')
    const have = rows.map(row => `${row.headers.ce_messageid} ${row.headers.ce_type!.slice(9)}`).join('\n')
    if (want !== have) count.faults.push(`strand ${strand}: expected\n${want}\nfound\n${have}`)
    if (rows.some((row, i) => row.headers.ce_proceedingversion !== String(i + 1)))
      count.faults.push(`strand ${strand}: versions`)
    for (const [i, { index }] of wanted.entries()) if (rows[i]) count.settledAt.set(index, rows[i].timestamp)
    found.delete(strand)
  }
  for (const strand of found.keys()) count.faults.push(`strand ${strand} has events but no message that makes one`)
  checkLinks(count, taken, links)
  add(count, 'events', events.length)
  add(count, 'cases', cases.size)
  add(count, 'proceedings', makers.size)
}

/** All strands of a group make one case, and each one but the first makes one link event, whoever came first. */
function checkLinks(count: Count, taken: readonly Planned[], links: ReadonlyMap<number, number>): void {
  const groups = Map.groupBy(
    taken.filter(one => one.expect === 'event'),
    one => one.group,
  )
  for (const [group, told] of groups) {
    const strands = [...new Set(told.map(one => one.strand))]
    const made = strands.reduce((sum, one) => sum + (links.get(one) ?? 0), 0)
    if (made !== strands.length - 1) count.faults.push(`group ${group} of ${strands.length} made ${made} link events`)
    add(count, 'links', made)
  }
}

/** Every answered message has an outcome, and the outcome names exactly the events that the log holds of it. */
function checkState(count: Count, taken: readonly Planned[], answers: ReadonlyMap<number, Answered>, held: Held): void {
  const { events, state } = held
  const latest = new Map(state.filter(row => row.key?.startsWith('s:')).map(row => [row.key!.slice(2), row]))
  const ids = new Set(events.map(row => row.headers.ce_id))
  for (const { index, expect } of taken) {
    const { messageId } = answers.get(index)!
    const row = latest.get(messageId)
    if (expect === 'invalid') {
      if (row) count.faults.push(`message ${index} is invalid and has an outcome`)
      continue
    }
    if (!row?.value) {
      count.faults.push(
        `message ${index} (${expect}) has no outcome: answered at ${answers.get(index)!.at} (try ${answers.get(index)!.tries}), ${howFar(messageId, held)}`,
      )
      continue
    }
    const seen = JSON.parse(row.value.toString()) as { outcome: string; events: string[] }
    add(count, `outcome ${expect}: ${seen.outcome}`)
    const wanted = { event: 'events', repeat: 'events', late: 'unchanged', conflict: 'conflict' }[expect as string]
    if (seen.outcome !== wanted) count.faults.push(`message ${index} (${expect}) ended as ${seen.outcome}`)
    if (seen.events.some(id => !ids.has(id))) count.faults.push(`message ${index} names an event that is not there`)
  }
}

/** Where the hub lost it. */
function howFar(messageId: string, { arrived, canonical }: Held): string {
  const places = ['in.*', 'canonical'].map((name, i) => {
    const row = [arrived, canonical][i]!.find(one => one.headers.ce_id === messageId)
    return row ? `${row.topic} ${row.partition}@${row.offset} at ${row.timestamp}` : `not in ${name}`
  })
  return places.join(', ')
}

function checkOnce(count: Count, name: string, rows: readonly Row[]): void {
  const ids = new Set(rows.map(row => row.headers.ce_id))
  if (ids.size !== rows.length) count.faults.push(`${name}: ${rows.length - ids.size} events stand twice`)
  add(count, name, rows.length)
}
