// XML pages: the messages of a page, a page without one, and what a page says about itself instead.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { linesOf, readPage } from '#gateway/transports/http-poll/page.ts'
import type { Manifest } from '#schemas/files.ts'
import { root } from '../../../../helpers/hub.ts'

// A list as one connector declares it: what it says of XML pages is what is tried here.
const { messages, transport } = parse(
  readFileSync(join(root, 'connectors', 'court-online', 'manifest.yaml'), 'utf8'),
) as Manifest
const [spec] = transport.poll!
const read = (text: string) =>
  readPage({ ...spec!, size: 2 }, messages.case!, {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: Buffer.from(text),
  })
const page = (code: string, items = '') =>
  `<resource xmlns="http://dataexchange.court.gov.cn/2009/data"><brief><count/><code>${code}</code></brief><data>${items}</data></resource>`
const item = (no: string) => `<T_AJ_AJXQ><N_AJBS>${no}</N_AJBS><DT_GXSJ>2026-03-02 09:00:00</DT_GXSJ></T_AJ_AJXQ>`

it('a page with messages holds them all, and a full one may not be the last', () => {
  const full = read(page('0', item('1') + item('2')))
  expect(full).toMatchObject({ kind: 'page', more: true })
  const { reads } = full as Extract<typeof full, { kind: 'page' }>
  expect(reads).toMatchObject([{ tree: { N_AJBS: '1' } }, { tree: { N_AJBS: '2' } }])
  expect(linesOf(spec!, reads).map(one => one.at)).toEqual(Array(2).fill(Date.parse('2026-03-02T09:00:00+08:00')))
  expect(read(page('0', item('1')))).toMatchObject({ kind: 'page', more: false })
})

it('a page without a message is the end of the list', () => {
  expect(read(page('0'))).toEqual({ kind: 'page', reads: [], more: false })
})

it('a page that says the ticket ran out is none', () => {
  expect(read(page('401'))).toEqual({ kind: 'expired' })
})

it('a page that says another error is none, however empty', () => {
  expect(read(page('500'))).toEqual({ kind: 'fault', cause: '500' })
  expect(read(page(''))).toEqual({ kind: 'fault', cause: 'NOT_OK' })
})

it('what is no such page at all is not taken for an empty one', () => {
  expect(() => read(page('0', '<T_AJ_AJXQ>'))).toThrow(expect.objectContaining({ code: 'HUB_RECEIVE_UNREADABLE' }))
  expect(read('<html><body>busy</body></html>')).toMatchObject({ kind: 'fault' })
})
