// A moment as people write it: a day, a time, or how long ago.
const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Unix milliseconds; undefined where the text is none. */
export function momentOf(text: string, now: Date): number | undefined {
  const ago = /^(\d{1,6})([mhd])$/.exec(text)
  if (ago) return now.getTime() - Number(ago[1]) * units[ago[2]!]!
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}
