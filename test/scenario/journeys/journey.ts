// A journey as its file says it: what one system sends, and what must be seen of it in the stores of others.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Behaviour, Json } from '#connectors/sdk.ts'
import type { AttemptOutcome } from '#gateway/deliver/records.ts'

/** What must be shown of every system, in the order of the table. */
export const showings = ['in', 'out', 'update', 'back', 'refusal', 'conflict'] as const

export type Showing = (typeof showings)[number]

/** One native message: a sample of the system's connector with numbers of its own. */
export interface Send {
  readonly system: string
  readonly message: string
  readonly sample: string
  /** JSON pointer → value put there; null takes the field away. */
  readonly set?: Readonly<Record<string, Json>>
  /** What the hub answers, where that is the point. */
  readonly answer?: Json
}

/** So many entries of a part of a system's store hold this: exactly one when nothing is said. */
export interface Seen {
  readonly at: string
  readonly under: string
  readonly holds: Json
  readonly times?: number
}

export interface Step {
  readonly shows: readonly Showing[]
  readonly behave?: Readonly<Record<string, Behaviour>>
  readonly send: readonly Send[]
  readonly seen: readonly Seen[]
  /** Proceedings that must stand in the case to which this number belongs. */
  readonly case?: { readonly of: string; readonly proceedings: Json }
  /** How the deliveries of that case to a system came out: each of these once or more, and none that `never` names. */
  readonly tried?: {
    readonly of: string
    readonly to: string
    readonly outcomes: readonly AttemptOutcome[]
    readonly never?: readonly AttemptOutcome[]
  }
}

/** `parts` of a file are what its steps repeat, by YAML anchors. */
export interface Journey {
  readonly system: string
  readonly steps: readonly Step[]
  /** Why something cannot be shown. */
  readonly not?: Partial<Readonly<Record<Showing, string>>>
}

const folder = import.meta.dirname

export function readJourneys(): readonly Journey[] {
  const names = readdirSync(folder).filter(name => name.endsWith('.yaml'))
  return names.map(name => {
    const tree = parse(readFileSync(join(folder, name), 'utf8'), { merge: true }) as Omit<Journey, 'system'>
    return { ...tree, system: name.slice(0, -'.yaml'.length) }
  })
}

/** What is neither shown nor excused. */
export function missing({ steps, not = {} }: Journey): readonly Showing[] {
  const shown = new Set(steps.flatMap(step => step.shows))
  return showings.filter(one => !shown.has(one) && not[one] === undefined)
}
