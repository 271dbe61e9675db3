// From marks along a run: how fast it went and what it cost, as a whole and once it was warm.

/** So many were done at that time (ms), with so much CPU used (us). */
export interface Mark {
  readonly done: number
  readonly at: number
  readonly cpu: number
}

interface Stretch {
  readonly perSecond: number
  /** A message. */
  readonly cpuMicros: number
}

export function paceOf(marks: readonly Mark[]): { readonly whole: Stretch; readonly warm: Stretch } {
  const last = marks.at(-1)!
  // The last mark at which nothing was done yet.
  const first = marks.findLast(mark => mark.done === marks[0]!.done) ?? marks[0]!
  const half = marks.find(mark => mark.done - first.done >= (last.done - first.done) / 2)!
  return { whole: between(first, last), warm: between(half === last ? first : half, last) }
}

function between(from: Mark, to: Mark): Stretch {
  const done = to.done - from.done
  return { perSecond: (done * 1000) / (to.at - from.at), cpuMicros: (to.cpu - from.cpu) / done }
}
