// One word per thing: the glossary bans these as identifiers.
import { expect, test } from 'vitest'
import { code, listFiles, production } from './support/files.ts'
import { declaredNames, parseFile } from './support/syntax.ts'

const banned =
  /^(transform(s|er|ed|ation)?|payloads?|dtos?|(de)?serializ(e|es|er|ers|ed|ation)|ingress|egress|partners?)$/

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
    .split(' ')
}

test('no identifier uses a banned word', () => {
  const names = listFiles([...production, 'test'], code).flatMap(path => declaredNames(parseFile(path)))
  expect(names.length).toBeGreaterThan(100)
  expect(names.filter(one => wordsOf(one.name).some(word => banned.test(word)))).toEqual([])
})

test('a banned word is found inside a longer name', () => {
  expect(
    ['rawPayload', 'TicketDTO', 'serializeCase'].map(name => wordsOf(name).some(word => banned.test(word))),
  ).toEqual([true, true, true])
  expect(wordsOf('encodeCase').some(word => banned.test(word))).toBe(false)
})
