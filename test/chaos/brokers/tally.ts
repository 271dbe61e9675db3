// The count after the storms, from what an independent reader found.
import type { Numbers } from './flow.ts'

const countsOf = (values: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

/** Every number lies in the source at least once and at most as often as it was given to the producer. */
export function sourceFaults(numbers: Numbers, source: readonly string[]): string[] {
  const counts = countsOf(source)
  const faults: string[] = []
  for (const [n, tries] of numbers.tries) {
    const count = counts.get(String(n)) ?? 0
    if (count < 1 || count > tries)
      faults.push(`number ${n} of "${numbers.steps.get(n)}", sent ${tries} times, lies ${count} times in the source`)
  }
  return faults
}

/** What came through is what lay in the source, each record once. */
export function copyFaults(
  what: string,
  numbers: Numbers,
  source: readonly string[],
  copies: readonly string[],
): string[] {
  const wanted = countsOf(source)
  const found = countsOf(copies)
  const faults: string[] = []
  for (const value of new Set([...wanted.keys(), ...found.keys()])) {
    const [want, have] = [wanted.get(value) ?? 0, found.get(value) ?? 0]
    if (want !== have)
      faults.push(`${what}: number ${value} of "${numbers.steps.get(Number(value))}" ${have} times, not ${want}`)
  }
  return faults
}
