// At most so many at once; the others wait their turn in order.

export type Limit = <T>(work: () => Promise<T>) => Promise<T>

export function limitTo(most: number): Limit {
  let running = 0
  const waiting: (() => void)[] = []
  return async work => {
    if (running >= most) await new Promise<void>(turn => waiting.push(turn))
    else running += 1
    try {
      return await work()
    } finally {
      // The place passes on to the next one without being free in between.
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
