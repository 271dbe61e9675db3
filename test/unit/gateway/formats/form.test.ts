import fc from 'fast-check'
import iconv from 'iconv-lite'
import { expect, it } from 'vitest'
import { parseForm } from '#gateway/formats/form.ts'

const percent = (bytes: Buffer) => [...bytes].map(b => `%${b.toString(16).padStart(2, '0')}`).join('')

it('decodes percent bytes in the charset of the form', () => {
  const body = (encode: (text: string) => Buffer) => Buffer.from(`xm=${percent(encode('虚甲一'))}&b=a+b%20c`)
  for (const [charset, encode] of [
    ['utf-8', Buffer.from],
    ['gb18030', (t: string) => iconv.encode(t, 'gb18030')],
  ] as const) {
    const fields = parseForm(
      body(text => encode(text) as Buffer),
      charset,
    )
    expect(fields.get('xm')).toBe('虚甲一')
    expect(fields.get('b')).toBe('a b c')
  }
})

it('takes raw bytes of the charset too', () => {
  const body = Buffer.concat([Buffer.from('a=1&xm='), iconv.encode('虚甲一', 'gbk')])
  expect(parseForm(body, 'gb18030').get('xm')).toBe('虚甲一')
})

it('leaves broken escapes as they are and keeps the first of equal names', () => {
  const fields = parseForm(Buffer.from('a=%zz%4&a=2&=3&&b&c=x=y'), 'utf-8')
  expect([...fields]).toEqual([
    ['a', '%zz%4'],
    ['b', ''],
    ['c', 'x=y'],
  ])
  expect(parseForm(Buffer.alloc(0), 'utf-8').size).toBe(0)
})

it('reads back what URLSearchParams writes', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
      fields => {
        const body = Buffer.from(new URLSearchParams(fields).toString())
        expect(Object.fromEntries(parseForm(body, 'utf-8'))).toEqual({ ...fields })
      },
    ),
  )
})
