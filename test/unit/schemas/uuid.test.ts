import { expect, test } from 'vitest'
import { uuid5, uuidsIn } from '#schemas/uuid.ts'

const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'

test('gives the ids of RFC 9562', () => {
  expect(uuid5('www.example.com', dns)).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2')
})

test('a maker for one namespace gives the same ids, also for Han text', () => {
  expect(uuidsIn(dns)('案号')).toBe(uuid5('案号', dns))
  expect(uuid5('案号', dns)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('another name or another namespace gives another id', () => {
  expect(uuid5('a', dns)).not.toBe(uuid5('b', dns))
  expect(uuid5('a', dns)).not.toBe(uuid5('a', '6ba7b811-9dad-11d1-80b4-00c04fd430c8'))
})
