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
    const read = readWall(value, readers, zone, state, pointer)
    if (read === undefined) return undefined
    const at = zone.toMillis(read.wall)
    return raw ? { at, raw: read.text } : at
  }
}

/** Inbound: a day. */
export function dateStep(formats: Formats, zone: Zone): Step {
  const readers = formatList(formats).map(readerOf)
  return (value, state, pointer) => {
    const read = readWall(value, readers, zone, state, pointer)
    return read === undefined ? undefined : dayOf(read.wall)
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
    const read = readWall(instant, readers, zone, state, pointer)
    return read === undefined ? undefined : write(zone.toMillis(read.wall), zone)
  }
}

function readWall(
  value: unknown,
  readers: readonly ReadTime[],
  zone: Zone,
  state: State,
  pointer: string,
): { wall: number; text: string } | undefined {
  const text = textOf(value, state, pointer)
  if (text === undefined) return undefined
  const written = narrow(text)
  for (const read of readers) {
    const wall = read(written, zone)
    if (wall !== undefined) return { wall, text }
  }
  return flaw(state, pointer, 'NOT_A_DATE')
}
