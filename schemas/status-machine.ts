// The status machine as a pure decision: may this status follow that one? The table stands in status-machine.yaml.

export interface StatusRow {
  readonly rank: number
  readonly moves?: 'back' | 'aside'
  readonly resumes?: number
  readonly end?: boolean
  /** Actions of the hand-overs that a proceeding with this end waits for. */
  readonly handsOver?: readonly string[]
  /** Told also of a proceeding that is first heard of in this status. */
  readonly outcome?: boolean
  readonly event: string
  readonly stage: string
}

/** A part of a first message that is an event of its own, save for these kinds of proceeding or documents. */
export interface Fact {
  readonly part: 'emergencies' | 'agreement' | 'decision'
  readonly event: string
  readonly notKinds?: readonly string[]
  readonly notDocuments?: readonly string[]
}

export interface StatusMachine {
  readonly version: number
  readonly statuses: Readonly<Record<string, StatusRow>>
  readonly facts: readonly Fact[]
  /** Proceedings that stay apart from the case of a number of these families. */
  readonly apart: readonly { readonly kind: string; readonly status: string; readonly families: readonly string[] }[]
}

/** Where a proceeding stands. `at` and `sequence` are those of the message that moved it last. */
export interface Standing {
  readonly status: string
  /** Rank on the main line; kept while beside it. */
  readonly rank: number
  readonly at: number | null
  readonly sequence: number | null
}

export interface Said {
  readonly status: string
  readonly at: number | null
  readonly sequence: number | null
  readonly correction: boolean
}

/** `moved`: the new standing. `late`: the message is recorded, the state stays (domain.md 7.5, 9.5). */
export type Move = { readonly kind: 'moved' | 'late'; readonly standing: Standing }

export function rowOf(machine: StatusMachine, status: string): StatusRow {
  return machine.statuses[status] ?? machine.statuses.UNKNOWN!
}

export function isOpen(machine: StatusMachine, status: string): boolean {
  return rowOf(machine, status).end !== true
}

/** Did a proceeding end in this status in order to hand the matter on by this action? */
export function handsOver(machine: StatusMachine, status: string, action: string): boolean {
  return rowOf(machine, status).handsOver?.includes(action) === true
}

/** Order by (status time, native sequence, arrival); without a status time a lower rank is late, except back moves and corrections. */
export function decideMove(machine: StatusMachine, now: Standing | null, said: Said): Move {
  const row = rowOf(machine, said.status)
  if (now === null)
    return { kind: 'moved', standing: { status: said.status, rank: row.rank, at: said.at, sequence: said.sequence } }
  const order = compareTimes(now, said)
  if (order < 0) return { kind: 'late', standing: now }
  const moved: Move = {
    kind: 'moved',
    standing: {
      status: said.status,
      rank: row.moves === 'aside' ? now.rank : (row.resumes ?? row.rank),
      at: said.at ?? now.at,
      sequence: said.sequence ?? now.sequence,
    },
  }
  if (said.correction || row.moves === 'back') return moved
  if (rowOf(machine, now.status).end)
    return row.moves !== 'aside' && row.rank >= now.rank ? moved : { kind: 'late', standing: now }
  if (row.moves === 'aside' || order > 0) return moved
  return row.rank >= now.rank ? moved : { kind: 'late', standing: now }
}

// Negative: said before; positive: said after; 0: the times do not tell.
function compareTimes(now: Standing, said: Said): number {
  if (now.at !== null && said.at !== null && now.at !== said.at) return said.at - now.at
  if (now.sequence !== null && said.sequence !== null && now.sequence !== said.sequence)
    return said.sequence - now.sequence
  return 0
}
