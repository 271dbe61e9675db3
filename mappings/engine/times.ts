// The steps `time` and `date`, both directions.
import type { Formats } from './model.ts'
import { flaw, narrow, type State, textOf } from './runtime.ts'
import { dayOf, type ReadTime, readerOf, standardFormats, writerOf, type Zone } from './time.ts'
import type { Step } from './values.ts'

export function formatList(formats: Formats): readonly string[] {
  return formats === true ? standardFormats : typeof formats === 'string' ? [formats] : formats
}

/** Inbound: an instant, as millis or with its text. */
export function timeStep(formats: Formats, zone: Zone, raw: boolean): Step {
  const readers = formatList(formats).map(readerOf)
  return (value, state, pointer) => {
    const wall = readWall(value, readers, zone, state, pointer)
    if (wall === undefined) return undefined
    const at = zone.toMillis(wall)
    return raw ? { at, raw: textOf(value, state, pointer) } : at
  }
}

/** Inbound: a day. */
export function dateStep(formats: Formats, zone: Zone): Step {
  const readers = formatList(formats).map(readerOf)
  return (value, state, pointer) => {
    const wall = readWall(value, readers, zone, state, pointer)
    return wall === undefined ? undefined : dayOf(wall)
  }
}

/** Outbound: an instant or day in the receiver's format. Takes millis, `{at}` or a day as text. */
export function writeTimeStep(formats: Formats, zone: Zone, fallback: string): Step {
  const write = writerOf(formats === true ? fallback : formatList(formats)[0]!)
  const readers = standardFormats.map(readerOf)
  return (value, state, pointer) => {
    const instant = typeof value === 'object' && value !== null && 'at' in value ? value.at : value
    if (typeof instant === 'number')
      return Math.abs(instant) < 8.64e15 ? write(instant, zone) : flaw(state, pointer, 'NOT_A_DATE')
    const wall = readWall(instant, readers, zone, state, pointer)
    return wall === undefined ? undefined : write(zone.toMillis(wall), zone)
  }
}

// The text as it stands first: nearly all times are clean, and a time that reads is clean.
function readWall(
  value: unknown,
  readers: readonly ReadTime[],
  zone: Zone,
  state: State,
  pointer: string,
): number | undefined {
  if (typeof value === 'string') {
    const wall = firstWall(value, readers, zone)
    if (wall !== undefined) return wall
  }
  const text = textOf(value, state, pointer)
  if (text === undefined) return undefined
  return firstWall(narrow(text), readers, zone) ?? flaw(state, pointer, 'NOT_A_DATE')
}

function firstWall(text: string, readers: readonly ReadTime[], zone: Zone): number | undefined {
  for (const read of readers) {
    const wall = read(text, zone)
    if (wall !== undefined) return wall
  }
  return undefined
}
