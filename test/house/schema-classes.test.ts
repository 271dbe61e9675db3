// Every field of every canonical schema says how sensitive it is.
import { expect, test } from 'vitest'
import { listFiles, readText } from './support/files.ts'

type Node = { readonly [name: string]: unknown }

/** Names of fields without a class, with their path. */
function unclassified(schema: unknown, path: string): string[] {
  if (Array.isArray(schema)) return schema.flatMap(one => unclassified(one, path))
  if (typeof schema !== 'object' || schema === null) return []
  const { fields, items, values, type } = schema as Node
  const inner = [items, values, type].flatMap(one => unclassified(one, path))
  if (!Array.isArray(fields)) return inner
  return [...inner, ...(fields as Node[]).flatMap(field => checkField(field, `${path}.${field.name}`))]
}

function checkField(field: Node, path: string): string[] {
  const own = /^S[0-4]$/.test(String(field['hub.class'])) ? [] : [path]
  return [...own, ...unclassified(field.type, path)]
}

test('every schema field has a class S0 to S4', () => {
  const files = listFiles(['schemas/canonical'], /\.avsc$/)
  expect(files.length).toBeGreaterThan(0)
  expect(files.flatMap(path => unclassified(JSON.parse(readText(path)), path))).toEqual([])
})

test('a field without a class is found inside arrays and unions', () => {
  const inner = { type: 'record', name: 'In', fields: [{ name: 'bare', type: 'string' }] }
  const field = { name: 'list', 'hub.class': 'S0', type: ['null', { type: 'array', items: inner }] }
  expect(unclassified({ type: 'record', name: 'Out', fields: [field] }, 'x')).toEqual(['x.list.bare'])
})
