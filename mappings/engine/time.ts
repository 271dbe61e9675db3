// Times as the systems write them. A time without zone is wall-clock time in the mapping's zone.
// "Wall" numbers below are milliseconds of the wall clock read as if it were UTC.

export const standardFormats = [
  'yyyy-MM-dd HH:mm:ss',
  'yyyy-MM-dd HH:mm:ss.S',
  'yyyy-MM-dd HH:mm',
  'yyyy-MM-dd',
  'yyyyMMddHHmmss',
  'yyyyMMdd',
  'iso',
  'millis',
  'ddMMMyy',
] as const

const named = new Set(['iso', 'millis', 'seconds'])
const fields = /yyyy|yy|MMM|MM|M|dd|d|HH|H|mm|ss|S/g
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const isoShape = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d\d:?\d\d)?$/
const dayMs = 86_400_000

type Token = { readonly field: string } | { readonly literal: string }

export interface Zone {
  toMillis(wall: number): number
  toWall(millis: number): number
}

/** Reads a text as wall-clock time, or gives undefined. */
export type ReadTime = (text: string, zone: Zone) => number | undefined

export function isFormat(format: string): boolean {
  if (named.has(format)) return true
  const rest = format.replace(fields, '')
  return rest !== format && !/[A-Za-z0-9]/.test(rest.replaceAll('T', '')) && /y/.test(format) && /M/.test(format)
}

export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}

export function readerOf(format: string): ReadTime {
  if (format === 'iso') return readIso
  if (format === 'millis') return (text, zone) => readEpoch(text, 12, 1, zone)
  if (format === 'seconds') return (text, zone) => readEpoch(text, 9, 1000, zone)
  const tokens = tokensOf(format)
  if (format === 'yyyy-MM-dd HH:mm:ss') return text => readCommon(text, tokens)
  return text => readTokens(text, tokens)
}

/** Writes an instant in `format`. */
export function writerOf(format: string): (millis: number, zone: Zone) => string {
  if (format === 'millis') return millis => String(millis)
  if (format === 'seconds') return millis => String(Math.floor(millis / 1000))
  const tokens = tokensOf(format === 'iso' ? 'yyyy-MM-ddTHH:mm:ss' : format)
  return (millis, zone) => {
    const at = new Date(zone.toWall(millis))
    return tokens.map(t => ('literal' in t ? t.literal : writeField(t.field, at))).join('')
  }
}

export function dayOf(wall: number): string {
  return new Date(wall).toISOString().slice(0, 10)
}

/** The zone's rules. Shanghai has had no summer time since 1991, so the common case is one subtraction. */
export function zoneOf(name: string): Zone {
  const fixed = name === 'Asia/Shanghai' ? { ms: 8 * 3_600_000, since: Date.UTC(1992, 0, 1) } : undefined
  const clock = new Intl.DateTimeFormat('en-CA', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const offsetAt = (millis: number): number => {
    if (fixed !== undefined && millis >= fixed.since) return fixed.ms
    const part: Record<string, number> = {}
    for (const { type, value } of clock.formatToParts(millis)) part[type] = Number(value)
    const wall = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!)
    return wall - Math.floor(millis / 1000) * 1000
  }
  return {
    toWall: millis => millis + offsetAt(millis),
    toMillis(wall) {
      const first = wall - offsetAt(wall)
      return wall - offsetAt(first)
    },
  }
}

function tokensOf(format: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (const found of format.matchAll(fields)) {
    if (found.index > at) tokens.push({ literal: format.slice(at, found.index) })
    tokens.push({ field: found[0] })
    at = found.index + found[0].length
  }
  if (at < format.length) tokens.push({ literal: format.slice(at) })
  return tokens
}

function readTokens(text: string, tokens: readonly Token[]): number | undefined {
  const part = { y: 0, M: 1, d: 1, H: 0, m: 0, s: 0, S: 0 }
  let at = 0
  for (const token of tokens) {
    if ('literal' in token) {
      if (!text.startsWith(token.literal, at)) return undefined
      at += token.literal.length
      continue
    }
    const end = readField(text, at, token.field, part)
    if (end < 0) return undefined
    at = end
  }
  return at === text.length ? wallOf(part.y, part.M, part.d, part.H, part.m, part.s, part.S) : undefined
}

// The shape nearly all times have, read at fixed places; what does not fit goes the general way.
function readCommon(text: string, tokens: readonly Token[]): number | undefined {
  if (text.length !== 19) return undefined
  const y = digits(text, 0) * 100 + digits(text, 2)
  const M = digits(text, 5)
  const d = digits(text, 8)
  const H = digits(text, 11)
  const m = digits(text, 14)
  const s = digits(text, 17)
  if (Number.isNaN(y + M + d + H + m + s)) return readTokens(text, tokens)
  if (text[4] !== '-' || text[7] !== '-' || text[10] !== ' ' || text[13] !== ':' || text[16] !== ':') return undefined
  return wallOf(y, M, d, H, m, s, 0)
}

// Two digits, or NaN.
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

type Part = { y: number; M: number; d: number; H: number; m: number; s: number; S: number }

// The position after the field, or -1. One-letter fields take one or two digits, S one to nine.
function readField(text: string, at: number, field: string, part: Part): number {
  if (field === 'MMM') {
    part.M = months.indexOf(text.slice(at, at + 3).toUpperCase()) + 1
    return part.M > 0 ? at + 3 : -1
  }
  const least = field.length
  const most = field === 'S' ? 9 : field.length === 1 ? 2 : field.length
  let end = at
  let value = 0
  for (; end < text.length && end - at < most; end++) {
    const digit = text.charCodeAt(end) - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  const length = end - at
  if (length < least) return -1
  if (field === 'yy') part.y = value < 50 ? 2000 + value : 1900 + value
  else if (field === 'S') part.S = Math.floor((value * 1000) / 10 ** length)
  else part[field[0] as keyof Part] = value
  return end
}

// Days since 1970 are counted by hand: Date.UTC costs more than all the rest.
function wallOf(y: number, M: number, d: number, H: number, m: number, s: number, S: number): number | undefined {
  if (y < 1900 || y > 2199 || M < 1 || M > 12 || d < 1 || d > daysIn(y, M) || H > 24 || m > 59 || s > 59)
    return undefined
  if (H === 24 && (m > 0 || s > 0 || S > 0)) return undefined
  const years = M > 2 ? y : y - 1
  const days = 365 * years + Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400)
  const month = (M + 9) % 12
  return (days + Math.floor((153 * month + 2) / 5) + d - 719_469) * dayMs + ((H * 60 + m) * 60 + s) * 1000 + S
}

function daysIn(y: number, M: number): number {
  if (M === 2) return (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0 ? 29 : 28
  return M === 4 || M === 6 || M === 9 || M === 11 ? 30 : 31
}

function readIso(text: string, zone: Zone): number | undefined {
  const m = isoShape.exec(text)
  if (m === null) return undefined
  const ms = Math.floor(Number(`0.${m[7] ?? '0'}`) * 1000)
  const wall = wallOf(Number(m[1]), Number(m[2]), Number(m[3]), Number(m[4]), Number(m[5]), Number(m[6] ?? 0), ms)
  if (wall === undefined || m[8] === undefined) return wall
  const offset = m[8].toUpperCase() === 'Z' ? 0 : offsetMs(m[8])
  return Math.abs(offset) > dayMs ? undefined : zone.toWall(wall - offset)
}

function offsetMs(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1
  return sign * (Number(text.slice(1, 3)) * 60 + Number(text.slice(-2))) * 60_000
}

function readEpoch(text: string, minDigits: number, unitMs: number, zone: Zone): number | undefined {
  if (!/^\d+$/.test(text) || text.length < minDigits || text.length > minDigits + 1) return undefined
  return zone.toWall(Number(text) * unitMs)
}

function writeField(field: string, at: Date): string {
  const pad = (n: number, width: number) => String(n).padStart(width, '0')
  switch (field) {
    case 'yyyy':
      return pad(at.getUTCFullYear(), 4)
    case 'yy':
      return pad(at.getUTCFullYear() % 100, 2)
    case 'MMM':
      return months[at.getUTCMonth()]!
    case 'MM':
    case 'M':
      return pad(at.getUTCMonth() + 1, field.length)
    case 'dd':
    case 'd':
      return pad(at.getUTCDate(), field.length)
    case 'HH':
    case 'H':
      return pad(at.getUTCHours(), field.length)
    case 'mm':
      return pad(at.getUTCMinutes(), 2)
    case 'ss':
      return pad(at.getUTCSeconds(), 2)
    default:
      return String(Math.floor(at.getUTCMilliseconds() / 100))
  }
}
