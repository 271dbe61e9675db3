// How far a list has been read. Pure: pages go in, what is new on them and the next position come out.
// A pass goes through all pages that changed since the position; the position moves at its end, whatever the order of the list.

/** One line of a page: what it says, and when it changed by its own words. */
export interface Line {
  /** Hash of its content. */
  readonly print: string
  /** Epoch millis; undefined: it does not say, or nothing that can be read. */
  readonly at: number | undefined
}

export interface Pass {
  readonly since: number | null
  /** The page to ask for next. */
  readonly page: number
  readonly high: number | null
}

export interface Position {
  /** Latest change that all passes so far have seen; null before the first. */
  readonly high: number | null
  /** Lines within the overlap that are stored already: [print, change or null], the newest last. */
  readonly seen: readonly (readonly [string, number | null])[]
  /** A pass under way. */
  readonly pass?: Pass
}

export interface Limits {
  readonly overlapMs: number
  readonly firstPage: number
  /** Lines remembered at most; what is forgotten is read as new and is a repeat. */
  readonly remembered: number
}

export const start: Position = { high: null, seen: [] }

export function passOf(position: Position, { overlapMs, firstPage }: Limits): Pass {
  const since = position.high === null ? null : position.high - overlapMs
  return position.pass ?? { since, page: firstPage, high: position.high }
}

/** Which lines of a page are new. */
export function freshOf(position: Position, lines: readonly Line[]): boolean[] {
  const seen = new Set(position.seen.map(([print]) => print))
  return lines.map(({ print }) => {
    if (seen.has(print)) return false
    seen.add(print)
    return true
  })
}

/** The position once the lines of a page are stored.
 *  @param latest neither the hub's clock nor the system's says a later time: a line from the future must not make the list
 *  look read up to there */
export function after(
  position: Position,
  lines: readonly Line[],
  more: boolean,
  latest: number,
  limits: Limits,
): Position {
  const pass = passOf(position, limits)
  const high = lines.reduce<number | null>((max, { at }) => {
    if (at === undefined) return max
    const capped = Math.min(at, latest)
    return max === null || capped > max ? capped : max
  }, pass.high)
  const known = new Set(position.seen.map(([print]) => print))
  const added = lines.filter(({ print }) => !known.has(print)).map(({ print, at }) => [print, at ?? null] as const)
  const seen = [...position.seen, ...added].slice(-limits.remembered)
  if (more) return { high: position.high, seen, pass: { since: pass.since, page: pass.page + 1, high } }
  const from = high === null ? null : high - limits.overlapMs
  return { high, seen: seen.filter(([, at]) => at === null || from === null || at >= from) }
}
