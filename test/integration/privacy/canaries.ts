// Puts a random canary into every field of a native message that its mapping carries into a personal field.
// Which fields those are is asked of the mapping itself: change one text, map, and look where it comes out.
import { randomInt } from 'node:crypto'
import type { Json } from '#connectors/sdk.ts'
import type { CompiledMapping, MapContext } from '#mappings/engine/index.ts'
import { sealedPartSchema } from '../../helpers/records.ts'

export type Sensitivity = 'S2' | 'S3' | 'S4'

export interface Canary {
  readonly text: string
  /** Where it stands in the native message, and what the mapping makes of it. */
  readonly pointer: string
  readonly target: string
  readonly sensitivity: Sensitivity
}

export interface Bird {
  readonly native: Json
  readonly canaries: readonly Canary[]
}

interface AvroField {
  readonly name: string
  readonly 'hub.class': string
  readonly type: { readonly items?: { readonly fields?: readonly AvroField[] } }
}

/** Random Han characters, so that UTF-8 and GB18030 differ. None of them stands in a table or a mark. */
export function randomHan(length: number): string {
  return Array.from({ length }, () => String.fromCodePoint(0x9700 + randomInt(0x2ff))).join('')
}

/** Forms a field may ask for: any text, a telephone number, an identity number. The first that comes out sealed is taken. */
function* forms(song: string, n: number): Generator<string> {
  yield `虚${song}${String(n).padStart(5, '0')}`
  yield `0571-0000${String(n % 10_000).padStart(4, '0')}`
  yield identityNumber(n)
}

/** @param song what all text canaries of one run have in common
 *  @param next a number that no other canary of the run has */
export function hideCanaries(
  native: Json,
  mapping: CompiledMapping,
  context: MapContext,
  song: string,
  next: () => number,
): Bird {
  const canaries: Canary[] = []
  let hidden = native
  for (const { pointer, value } of textsOf(native)) {
    for (const text of forms(song, next())) {
      // A list of words keeps its shape: the first word is the canary.
      const tried = put(hidden, pointer, value.includes(',') ? `${text},${value.slice(value.indexOf(',') + 1)}` : text)
      const found = targetOf(mapping.map(tried, context), text)
      if (!found) continue
      canaries.push({ text, pointer, ...found })
      hidden = tried
      break
    }
  }
  return { native: hidden, canaries }
}

function targetOf(
  mapped: readonly { readonly record: unknown }[],
  text: string,
): Pick<Canary, 'target' | 'sensitivity'> | undefined {
  const places = mapped.flatMap(one => textsOf(one.record as Json).filter(({ value }) => value.includes(text)))
  const classes = places.map(({ pointer }) => classOf(pointer))
  // A text that goes to an open field too is open by the schema's own word.
  if (places.length === 0 || classes.includes(undefined)) return undefined
  return { target: places[0]!.pointer, sensitivity: classes.toSorted().at(-1)! }
}

function classOf(pointer: string): Sensitivity | undefined {
  const [top, name, third] = pointer
    .split('/')
    .slice(1)
    .filter(part => !/^\d+$/.test(part))
  const fields = (sealedPartSchema as { fields: readonly AvroField[] }).fields
  const field = fields.find(one => one.name === (top === 'personal' ? name : top))
  if (!field || (top !== 'personal' && top !== 'parties')) return undefined
  const inner = field.type.items?.fields?.find(one => one.name === (top === 'personal' ? third : name))
  const found = field.type.items?.fields ? inner?.['hub.class'] : field['hub.class']
  return found === 'S2' || found === 'S3' || found === 'S4' ? found : undefined
}

function textsOf(tree: Json, pointer = ''): { readonly pointer: string; readonly value: string }[] {
  if (typeof tree === 'string') return tree.trim() === '' ? [] : [{ pointer, value: tree }]
  if (typeof tree !== 'object' || tree === null) return []
  return Object.entries(tree).flatMap(([name, child]) => textsOf(child, `${pointer}/${name}`))
}

function put(tree: Json, pointer: string, value: string): Json {
  const copy = structuredClone(tree)
  const segments = pointer.split('/').slice(1)
  let node = copy as Record<string, Json>
  for (const segment of segments.slice(0, -1)) node = node[segment] as Record<string, Json>
  node[segments.at(-1)!] = value
  return copy
}

/** Of the unassigned area 330199, born in 1900: belongs to nobody (domain.md 6). */
function identityNumber(n: number): string {
  const day = new Date(Date.UTC(1900, 0, 1 + randomInt(365))).toISOString().slice(0, 10).replaceAll('-', '')
  const body = `330199${day}${String((n + randomInt(900)) % 1000).padStart(3, '0')}`
  const sum = [...body].reduce((total, digit, i) => total + Number(digit) * (2 ** (17 - i) % 11), 0)
  return body + '10X98765432'[sum % 11]
}
