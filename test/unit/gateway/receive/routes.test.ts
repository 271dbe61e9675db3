import { gzipSync } from 'node:zlib'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { type Json, UnreadableError } from '#connectors/sdk.ts'
import { at, kit, opened } from '../../../helpers/front-door.ts'

const labour = '浙杭西湖劳人仲案[2026]0123号'
const secret = '虚甲一 0571-00000001'

describe('a message that is fit', () => {
  it('is stored sealed, as sent, keyed by its normalised number, and answered 202 with its receipt', async () => {
    const { post, records, counted } = kit()
    const text = `{"no" : "${labour}", "xm":"${secret}"}`
    const answer = await post(text)
    expect(answer.status).toBe(202)
    const { messageId } = answer.json
    expect(answer.json).toEqual({ messageId, status: 'received', duplicate: false, flaws: [] })
    expect(answer.headers['hub-message-id']).toBe(messageId)
    expect(records).toHaveLength(1)
    const record = records[0]!
    expect(opened(record)).toBe(text)
    expect(record.value!.includes(secret)).toBe(false)
    expect(record.topic).toBe('in.toy')
    expect(record.headers).toEqual({
      ce_specversion: '1.0',
      ce_id: messageId,
      ce_source: '/systems/toy',
      ce_type: 'hub.in.case',
      ce_time: new Date(at).toISOString(),
      'content-type': 'application/json; charset=utf-8',
      hub_message: 'case',
      hub_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    })
    await post({ no: '浙杭西湖劳人仲案〔2026〕123号' })
    expect(records[1]!.key).toBe(record.key)
    expect(counted).toEqual(['toy received', 'toy received'])
  })

  it('carries no header from outside', async () => {
    const { post, records } = kit()
    await post(
      { no: labour },
      { headers: { hub_case: 'x', ce_id: 'y', traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` } },
    )
    expect(JSON.stringify(records[0]!.headers)).not.toMatch(/hub_case|"y"|1111111/)
  })

  it('is taken with all the faults that a mapping can flag', async () => {
    const { post } = kit()
    const faults = {
      no: labour,
      sjrs: '十二人',
      zjhm: '33019919000101001x ',
      lxdh: '无',
      djsj: '20JAN21',
      rq: '0000-00-00',
      emoji: '😀\u0001',
      nr: '<p>x</p>',
      zt: '???',
    }
    expect((await post(faults)).status).toBe(202)
    const mixed = Buffer.concat([
      Buffer.from(`{"no":"${labour}","xm":"`),
      iconv.encode('虚甲一', 'gbk'),
      Buffer.from('"}'),
    ])
    expect((await post(mixed)).status).toBe(202)
    expect((await post(`{"no":"${labour}","xm":"a\nb"}`)).status).toBe(202)
  })

  it('is keyed by a local serial where the mapping names its family', async () => {
    const { post, records } = kit()
    expect((await post({ no: '-', local: 'XH2026030200087' })).status).toBe(202)
    expect(records[0]!.key).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('is read in GBK, with a byte order mark, and compressed', async () => {
    const { post, records } = kit()
    const text = JSON.stringify({ no: labour })
    const gbk = await post(iconv.encode(text, 'gbk'), { headers: { 'content-type': 'application/json; charset=GBK' } })
    const marked = await post(Buffer.from(`\ufeff${text}`))
    const zipped = await post(gzipSync(text), { headers: { 'content-encoding': 'gzip' } })
    expect([gbk.status, marked.status, zipped.status]).toEqual([202, 202, 202])
    expect(new Set([gbk, marked, zipped].map(a => a.json.messageId)).size).toBe(1)
    expect(records[0]!.headers!['content-type']).toBe('application/json; charset=gb18030')
    expect(new Set(records.map(r => r.key)).size).toBe(1)
  })
})

describe('what is refused', () => {
  const cases: [string, Parameters<ReturnType<typeof kit>['post']>, number, object][] = [
    ['a body that is no JSON', [`{"xm":"${secret}",}`], 400, { code: 'HUB_RECEIVE_UNREADABLE', pointer: '' }],
    ['an empty body', [''], 400, { code: 'HUB_RECEIVE_UNREADABLE' }],
    [
      'nesting without end',
      ['['.repeat(100_000)],
      400,
      { code: 'HUB_RECEIVE_UNREADABLE', rule: 'NESTED_DEEPER_THAN_64' },
    ],
    ['an empty list', ['[]'], 400, { code: 'HUB_RECEIVE_UNREADABLE', rule: 'EMPTY_LIST' }],
    ['bytes that are no gzip', ['{}', { headers: { 'content-encoding': 'gzip' } }], 400, { rule: 'NOT_GZIP' }],
    [
      'a bad idempotency key',
      [{ no: labour }, { headers: { 'idempotency-key': 'a b' } }],
      400,
      { code: 'HUB_RECEIVE_KEY_INVALID' },
    ],
    [
      'no credential',
      [{ no: labour }, { unsigned: true }],
      401,
      { code: 'HUB_SECURITY_ACCESS_KEY', message: 'Invalid access key' },
    ],
    ['another system', [{ no: labour }, { path: '/in/desk/case' }], 401, { code: 'HUB_SECURITY_ACCESS_KEY' }],
    ['an unknown system', [{ no: labour }, { path: '/in/nobody/case' }], 404, { code: 'HUB_HTTP_UNKNOWN_SYSTEM' }],
    ['an unknown message', [{ no: labour }, { path: '/in/toy/other' }], 404, { code: 'HUB_RECEIVE_UNKNOWN_MESSAGE' }],
    [
      'a message that only the hub makes',
      [{ no: labour }, { path: '/in/toy/answer' }],
      404,
      { code: 'HUB_RECEIVE_UNKNOWN_MESSAGE' },
    ],
    [
      '__proto__ as a system',
      [{ no: labour }, { path: '/in/__proto__/case' }],
      404,
      { code: 'HUB_HTTP_UNKNOWN_SYSTEM' },
    ],
    [
      'over 1 MB',
      [{ no: labour, nr: '好'.repeat(400_000) }],
      413,
      { code: 'HUB_RECEIVE_TOO_LARGE', pointer: '', rule: 'MAX_BYTES' },
    ],
    ['over the limit of a request', [' '.repeat(17_000_000)], 413, { code: 'HUB_RECEIVE_TOO_LARGE' }],
    [
      'a gzip bomb',
      [gzipSync(Buffer.alloc(64 << 20, 0x20)), { headers: { 'content-encoding': 'gzip' } }],
      413,
      { code: 'HUB_RECEIVE_TOO_LARGE' },
    ],
    [
      'XML for JSON',
      ['<a/>', { headers: { 'content-type': 'application/xml' } }],
      415,
      { code: 'HUB_RECEIVE_CONTENT_TYPE' },
    ],
    [
      'an unknown charset',
      ['{}', { headers: { 'content-type': 'application/json; charset=big5' } }],
      415,
      { rule: 'CHARSET' },
    ],
    ['an unknown encoding', ['{}', { headers: { 'content-encoding': 'br' } }], 415, { rule: 'CONTENT_ENCODING' }],
    [
      'a secrecy mark',
      [{ no: labour, nr: `${secret} 机密★` }],
      422,
      { code: 'HUB_RECEIVE_SECRET_MARK', pointer: '/nr', rule: 'SECRET_MARK' },
    ],
    ['a hidden secrecy mark', [`{"no":"${labour}","nr":"机密★","nr":""}`], 422, { code: 'HUB_RECEIVE_SECRET_MARK' }],
    ['a bare text', ['"x"'], 422, { code: 'HUB_RECEIVE_CONTRACT', pointer: '', rule: 'type' }],
    ['a missing number', [{ xm: secret }], 422, { code: 'HUB_RECEIVE_CONTRACT', pointer: '/no', rule: 'required' }],
    [
      'a wrong shape',
      [{ no: labour, steps: 'x' }],
      422,
      { code: 'HUB_RECEIVE_CONTRACT', pointer: '/steps', rule: 'type' },
    ],
    ['no usable number', [{ no: '无' }], 422, { code: 'HUB_RECEIVE_NO_NUMBER', pointer: '/no', rule: 'NO_OWN_NUMBER' }],
  ]
  for (const [name, call, status, body] of cases) {
    it(`${status}: ${name}`, async () => {
      const { post, records } = kit()
      const answer = await post(...call)
      expect(answer.json).toMatchObject({ status, ...body })
      expect(answer.status).toBe(status)
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
      expect(answer.headers['hub-message-id']).toBe('-')
      for (const text of ['zh', 'en', 'title', 'todo', 'code', 'type']) expect(answer.json).toHaveProperty(text)
      expect(answer.text).not.toMatch(/虚甲一|0571|机密|浙杭/)
      expect(records).toEqual([])
    })
  }

  it('alerts on a secrecy mark and says nothing of the message', async () => {
    const { post, logs } = kit()
    await post({ no: labour, nr: `${secret} 绝密★` })
    expect(logs).toEqual([
      { system: 'toy', message: 'case', code: 'HUB_RECEIVE_SECRET_MARK', text: 'receive.secret-mark' },
    ])
  })

  it('takes exactly 1 MB, and not a byte more', async () => {
    const { post } = kit()
    const body = (bytes: number) =>
      `${`{"no":"${labour}","nr":"`.padEnd(bytes - 2 - (Buffer.byteLength(labour) - labour.length), 'x')}"}`
    expect(Buffer.byteLength(body(1_048_576))).toBe(1_048_576)
    expect((await post(body(1_048_576))).status).toBe(202)
    expect((await post(body(1_048_577))).status).toBe(413)
  })
})

describe('a list', () => {
  it('is answered item by item, stored in one batch, and good items do not suffer from bad ones', async () => {
    const { post, records, sends } = kit()
    const answer = await post([{ no: labour }, { no: '无' }, { no: labour, zt: '1' }, 5])
    expect(answer.status).toBe(202)
    expect(answer.json.items).toMatchObject([
      { index: 0, status: 'received', duplicate: false, flaws: [] },
      { index: 1, status: 'refused', problem: { code: 'HUB_RECEIVE_NO_NUMBER', pointer: '/no' } },
      { index: 2, status: 'received' },
      { index: 3, status: 'refused', problem: { code: 'HUB_RECEIVE_CONTRACT' } },
    ])
    const [a, , c] = answer.json.items
    expect(answer.headers['hub-message-id']).toBe(`${a.messageId}, -, ${c.messageId}, -`)
    expect(sends).toEqual([2])
    expect(records.map(opened)).toEqual([`{"no":"${labour}"}`, `{"no":"${labour}","zt":"1"}`])
  })

  it('of refused items only is refused', async () => {
    const { post } = kit()
    const answer = await post([{ no: '无' }])
    expect(answer.status).toBe(422)
    expect(answer.json.items).toHaveLength(1)
  })
})

describe('a native answer', () => {
  const adapter = {
    answer: (items: readonly { status: string }[]) => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ said: items.map(i => i.status) })),
    }),
  }

  it('takes the shape of the connector, with our header, and the status that is true', async () => {
    const { post } = kit({ adapter })
    const good = await post({ no: labour })
    expect([good.status, good.json]).toEqual([200, { said: ['accepted'] }])
    expect(good.headers['hub-message-id']).toMatch(/^[0-9a-f-]{36}$/)
    const again = await post({ no: labour })
    expect([again.status, again.json]).toEqual([200, { said: ['duplicate'] }])
    const bad = await post({ no: '无' })
    expect([bad.status, bad.json]).toEqual([422, { said: ['refused'] }])
    const mixed = await post([{ no: '无' }, { no: labour, x: 1 }])
    expect([mixed.status, mixed.json]).toEqual([200, { said: ['refused', 'accepted'] }])
    const stranger = await post({ no: labour }, { unsigned: true })
    expect([stranger.status, stranger.json]).toEqual([401, { said: ['refused'] }])
    const broken = await post('{')
    expect([broken.status, broken.json]).toEqual([400, { said: ['refused'] }])
  })

  it('is read by the adapter, and whatever the adapter throws is unreadable', async () => {
    const read = (open: NonNullable<Parameters<typeof kit>[0]>['adapter']) =>
      kit({ message: { format: 'adapter' }, adapter: open! })
    const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } }
    const good = read({ open: () => [{ tree: { no: labour }, bytes: Buffer.from('x') }] })
    expect((await good.post('a=1', form)).json).toMatchObject({ status: 'received' })
    expect(opened(good.records[0]!)).toBe('x')
    const said = read({
      open: () => {
        throw new UnreadableError('/jsonData', 'JSON')
      },
    })
    expect((await said.post('a=1', form)).json).toMatchObject({ status: 400, pointer: '/jsonData', rule: 'JSON' })
    const broken = read({
      open: () => {
        throw new TypeError(secret)
      },
    })
    expect((await broken.post('a=1', form)).json).toMatchObject({ status: 400, rule: 'FORMAT' })
    const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as Json
    const bottomless = read({ open: () => [{ tree: { no: labour, deep }, bytes: Buffer.from('x') }] })
    expect((await bottomless.post('a=1', form)).json).toMatchObject({ status: 400, rule: 'NESTED_DEEPER_THAN_64' })
    const none = read({ open: () => [] })
    expect((await none.post('a=1', form)).json).toMatchObject({ status: 400, rule: 'EMPTY_LIST' })
    expect((await good.post('a', { headers: { 'content-type': 'image/png' } })).status).toBe(415)
  })

  it('comes with a token from the body where the adapter finds it there, also under gzip', async () => {
    const { post } = kit({ adapter: { token: request => JSON.parse(request.body.toString()).token } })
    const desk = (token: string) => ({ no: labour, token })
    const to = { path: '/in/desk/case', unsigned: true }
    expect((await post(desk('desk-token'), to)).status).toBe(202)
    expect((await post(desk('other'), to)).status).toBe(401)
    expect((await post('not json', to)).status).toBe(401)
    const zipped = { ...to, headers: { 'content-encoding': 'gzip' } }
    expect((await post(gzipSync(JSON.stringify(desk('desk-token'))), zipped)).status).toBe(202)
  })
})

describe('a dry run', () => {
  it('translates, answers with the result and stores nothing', async () => {
    const { post, records } = kit({ deps: { dryRun: (...call) => ({ call }) } })
    const answer = await post({ no: labour }, { path: '/in/toy/case?dryRun=true' })
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({ status: 'dry-run', result: { call: ['toy', 'case', { no: labour }, true] } })
    expect((await post({ no: '无' }, { path: '/in/toy/case?dryRun=true' })).status).toBe(422)
    const many = await post([{ no: labour }, { no: '无' }], { path: '/in/toy/case?dryRun=true' })
    expect(many.json.items.map((i: { status: string }) => i.status)).toEqual(['dry-run', 'refused'])
    for (const slip of ['dryRun', 'dryrun=TRUE', 'dry-run=1', 'DRY_RUN=yes'])
      expect((await post({ no: labour }, { path: `/in/toy/case?${slip}` })).json.status).toBe('dry-run')
    expect(records).toEqual([])
    for (const no of ['dryRun=false', 'dryRun=0'])
      expect((await post({ no: labour }, { path: `/in/toy/case?${no}` })).status).toBe(202)
  })
})

describe('a fault of ours', () => {
  it('is never a 500, and its words are never logged', async () => {
    const { post, logs } = kit({
      intake: {
        intakeKey: () => {
          throw new TypeError(secret)
        },
      },
    })
    const answer = await post({ no: labour })
    expect(answer.json).toMatchObject({ status: 503, code: 'HUB_RECEIVE_UNAVAILABLE' })
    expect(answer.headers['retry-after']).toBe('2')
    expect(JSON.stringify(logs)).not.toContain('虚甲一')
    expect(logs).toMatchObject([{ error: 'TypeError', text: 'receive.failed' }])
  })
})
