// Whatever a system sends, an inbound mapping gives records whose every field is of its target's kind, and tells the rest.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompiledMapping, Mapped } from '#mappings/engine/index.ts'
import { mostFlaws } from '#mappings/engine/runtime.ts'
import { connectors, world } from '../helpers/connectors.ts'
import { context } from '../helpers/mapping.ts'

const { fields } = world.target
// What only groups fields has no kind of its own.
const branches = new Set(['', ...Object.keys(fields).map(path => path.split('.')[0]!)])
const mappings = [...connectors.values()].flatMap(c => [...c.inbound.values()].map(m => m.compiled))

const rules = new Set(
  'NOT_TEXT BAD_BYTES CONTROL_CHARS NOT_A_NUMBER NOT_A_DATE NOT_A_BOOLEAN NOT_A_RECORD UNKNOWN_CODE NOT_AN_IDENTIFIER UNSAFE_NUMBER BAD_CHECK_DIGIT UNVERIFIED_ID NOT_A_PHONE MISSING'.split(
    ' ',
  ),
)

// JSON as JSON.parse gives it, names that objects inherit among the keys.
const key = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('__proto__', 'toString', 'valueOf', 'length', 'at'))
const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '十二人',
    '无',
    '20JAN21',
    '0000-00-00',
    '工\ufffd地',
    '😀\u0007',
    '<script>',
    '受理\u3000',
    '\ud800',
  ),
  fc.constantFrom(
    '330199190001010010',
    '330199190001010011',
    'HZSDH20260012345',
    '2026-03-02 09:14:07',
    '1',
    '是',
    '186,400.00',
  ),
  fc.constantFrom(2 ** 53, -1e25, 1e308, -0, 0.1, 101, 61, 1775025600000),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(true, false, null),
)
const { json } = fc.letrec(tie => ({
  json: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie('list'), tie('object')),
  list: fc.array(tie('json'), { maxLength: 3 }),
  object: fc.array(fc.tuple(key, tie('json')), { maxLength: 4 }).map(pairs => JSON.parse(objectText(pairs)) as unknown),
}))

function objectText(pairs: readonly (readonly [string, unknown])[]): string {
  return `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`
}

/** Anything, and messages of the right build with anything at the places that the mapping reads. */
function inputFor(mapping: CompiledMapping): fc.Arbitrary<unknown> {
  const place = fc.tuple(fc.constantFrom(...mapping.reads), fc.nat({ max: 2 }), fc.oneof(leaf, leaf, json))
  return fc.oneof(
    { weight: 1, arbitrary: json },
    { weight: 9, arbitrary: fc.array(place, { minLength: 1, maxLength: 40 }).map(built) },
  )
}

function built(places: readonly (readonly [string, number, unknown])[]): unknown {
  const message: Record<string, unknown> = {}
  for (const [path, index, value] of places) {
    const segments = path.slice(1).split('/')
    let at = message
    segments.forEach((segment, depth) => {
      const name = segment === '*' ? String(index) : segment.replaceAll('~1', '/').replaceAll('~0', '~')
      if (depth === segments.length - 1) at[name] = value
      else {
        if (typeof at[name] !== 'object' || at[name] === null) at[name] = segments[depth + 1] === '*' ? [] : {}
        at = at[name] as Record<string, unknown>
      }
    })
  }
  return JSON.parse(JSON.stringify(message))
}

const good: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: v => typeof v === 'string' && v.trim() !== '' && v.isWellFormed() && !v.includes('\u0000'),
  number: Number.isFinite,
  int: v => v === (v as number) && Number.isInteger(v) && (v as number) >= -(2 ** 31) && (v as number) < 2 ** 31,
  long: Number.isSafeInteger,
  money: v => typeof v === 'string' && /^-?\d{1,16}\.\d\d$/.test(v),
  boolean: v => typeof v === 'boolean',
  millis: v => Number.isSafeInteger(v),
  date: v => typeof v === 'string' && /^\d{4}-\d\d-\d\d$/.test(v),
  list: v => Array.isArray(v) && v.length > 0,
  object: v => typeof v === 'object' && v !== null && !Array.isArray(v),
}

/** The places of a record that are not what their target takes. */
function wrongIn(value: unknown, path: string): string[] {
  const kind = fields[path] ?? (branches.has(path) ? 'object' : undefined)
  if (kind === undefined || good[kind]?.(value) !== true) return [`${path} is no ${kind}: ${JSON.stringify(value)}`]
  if (kind === 'list') return (value as unknown[]).flatMap(one => wrongIn(one, `${path}[]`))
  if (kind !== 'object') return []
  return Object.entries(value as object).flatMap(([name, one]) => wrongIn(one, path === '' ? name : `${path}.${name}`))
}

function check(mapped: Mapped): void {
  expect(wrongIn(mapped.record, '')).toEqual([])
  expect(mapped.flaws.filter(f => !rules.has(f.rule))).toEqual([])
  expect(mapped.flaws.length).toBeLessThanOrEqual(mostFlaws)
  expect(new Set(mapped.flaws.map(f => `${f.pointer} ${f.rule}`)).size).toBe(mapped.flaws.length)
  expect(mapped.unknownCodes.length).toBe(mapped.flaws.filter(f => f.rule === 'UNKNOWN_CODE').length)
  const keys = [...mapped.own, ...mapped.cited.map(c => c.number)].map(n => n.numberKey)
  expect(new Set(keys).size).toBe(keys.length)
}

it('there are mappings to be tried', () => {
  expect(mappings.length).toBeGreaterThan(0)
})

describe.each(mappings.map(m => [`${m.connector}/${m.message}`, m] as const))('%s', (_name, mapping) => {
  it('gives records of the right kinds for any message, the same ones every time', () => {
    fc.assert(
      fc.property(inputFor(mapping), input => {
        const before = JSON.stringify(input)
        const all = mapping.map(input, context)
        for (const mapped of all) check(mapped)
        expect(mapping.map(input, context)).toEqual(all)
        expect(JSON.stringify(input)).toBe(before)
      }),
      { numRuns: 150 },
    )
  })
})
