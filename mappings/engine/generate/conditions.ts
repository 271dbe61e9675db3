// Conditions → JavaScript truth expressions.
import type { Condition, Words } from '../model.ts'
import { narrow } from '../runtime.ts'
import type { Scope } from './code.ts'

export function condition(c: Condition, scope: Scope): string {
  const parts: string[] = []
  if (c.path !== undefined) parts.push(...tests(c, scope, c.path))
  if (c.all !== undefined) parts.push(...c.all.map(one => condition(one, scope)))
  if (c.any !== undefined) parts.push(`(${c.any.map(one => condition(one, scope)).join(' || ')})`)
  if (c.no !== undefined) parts.push(`!${condition(c.no, scope)}`)
  return parts.length === 0 ? 'true' : `(${parts.join(' && ')})`
}

function tests(c: Condition, scope: Scope, path: string): string[] {
  const { code } = scope.read(path)
  scope.note(path)
  const ask = (test: (value: unknown) => boolean) => `${scope.code.constant(test)}(${code})`
  const parts: string[] = []
  if (c.present !== undefined) parts.push(`${c.present ? '!' : ''}E(${code})`)
  if (c.is !== undefined) parts.push(ask(isOneOf(c.is)))
  if (c.not !== undefined) parts.push(`!${ask(isOneOf(c.not))}`)
  if (c.has !== undefined) parts.push(ask(hasOneOf(c.has)))
  if (c.atLeast !== undefined) parts.push(ask(isAtLeast(c.atLeast)))
  return parts
}

function wordsOf(words: Words): string[] {
  return (Array.isArray(words) ? (words as readonly unknown[]) : [words]).map(w => narrow(String(w)))
}

function wordOf(value: unknown): string | undefined {
  if (typeof value === 'string') return narrow(value.trim())
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function isOneOf(words: Words): (value: unknown) => boolean {
  const set = new Set(wordsOf(words))
  return value => {
    const word = wordOf(value)
    return word !== undefined && set.has(word)
  }
}

function hasOneOf(words: Words): (value: unknown) => boolean {
  const list = wordsOf(words)
  return value => {
    if (Array.isArray(value)) return value.some(v => list.includes(wordOf(v) ?? ''))
    const text = wordOf(value)
    return text !== undefined && list.some(w => text.includes(w))
  }
}

function isAtLeast(least: number): (value: unknown) => boolean {
  return value => {
    const word = wordOf(value)
    return word !== undefined && word !== '' && Number(word) >= least
  }
}
