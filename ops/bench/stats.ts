// Percentiles of a sample.

export interface Spread {
  readonly count: number
  readonly mean: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export function spreadOf(sample: Iterable<number>): Spread {
  const sorted = [...sample].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  const sum = sorted.reduce((total, one) => total + one, 0)
  return { count: sorted.length, mean: sum / sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}
