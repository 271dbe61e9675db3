// Looks for texts in bytes, however they may be written there.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import iconv from 'iconv-lite'

export interface Needle {
  readonly text: string
  readonly form: string
  readonly bytes: Buffer
}

/** As UTF-8, GB18030 and JSON escapes; UTF-8 and GB18030 also in base64 (at any of its three alignments), hex and %xx. */
export function needlesOf(text: string): Needle[] {
  const needles: Needle[] = []
  const add = (form: string, bytes: Buffer) => {
    if (!needles.some(one => one.bytes.equals(bytes))) needles.push({ text, form, bytes })
  }
  for (const charset of ['utf8', 'gb18030']) {
    const plain = iconv.encode(text, charset)
    add(charset, plain)
    for (const shift of [0, 1, 2]) {
      const whole = Buffer.concat([Buffer.alloc(shift), plain]).toString('base64')
      // Characters that a neighbour byte shares in are left out at either end.
      const inner = whole.slice(shift === 0 ? 0 : shift + 1, Math.floor(((shift + plain.length) * 8) / 6))
      add(`${charset} base64`, Buffer.from(inner))
      add(`${charset} base64url`, Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_')))
    }
    add(`${charset} hex`, Buffer.from(plain.toString('hex')))
    add(`${charset} HEX`, Buffer.from(plain.toString('hex').toUpperCase()))
    const percent = [...plain].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('')
    add(`${charset} percent`, Buffer.from(percent))
    add(`${charset} PERCENT`, Buffer.from(percent.toUpperCase()))
  }
  const escapes = [...text].map(c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
  add('escapes', Buffer.from(escapes))
  return needles
}

/** `place: text (form)` for every needle found. */
export function search(places: Iterable<readonly [name: string, bytes: Buffer]>, needles: readonly Needle[]): string[] {
  const found = new Set<string>()
  for (const [name, bytes] of places)
    for (const { text, form, bytes: needle } of needles)
      if (bytes.includes(needle)) found.add(`${name}: ${text} (${form})`)
  return [...found]
}

/** Every file below a directory. A broker's offset and time indexes hold positions only, in large hollow files. */
export function* filesOf(dir: string): Generator<readonly [string, Buffer]> {
  if (!existsSync(dir)) return
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /\.(time)?index$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    yield [path.slice(dir.length), readFileSync(path)]
  }
}
