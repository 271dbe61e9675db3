import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { addressGuard } from '#gateway/transports/address-guard.ts'
import { createHttpPush, type HttpPushOptions } from '#gateway/transports/http-push.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(
    () =>
      new Promise<void>(done => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function push(options: HttpPushOptions = {}) {
  const one = createHttpPush(options)
  onTestFinished(() => one.close())
  return one
}

const post = {
  method: 'POST' as const,
  path: '/a',
  query: { q: '一 二' },
  headers: { 'x-a': 'b' },
  body: Buffer.from('你好'),
}

describe('http-push', () => {
  it('sends method, path, query, headers and body, and gives the answer back', async () => {
    const seen: unknown[] = []
    const base = await serve((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', chunk => chunks.push(chunk))
      request.on('end', () => {
        seen.push([request.method, request.url, request.headers['x-a'], Buffer.concat(chunks).toString()])
        response.writeHead(201, { 'x-b': 'c' }).end('done')
      })
    })
    const answer = await push().send(base, post, 'toy')
    expect(seen).toEqual([['POST', '/a?q=%E4%B8%80+%E4%BA%8C', 'b', '你好']])
    expect(answer).toMatchObject({ status: 201, headers: { 'x-b': 'c' } })
    expect(answer.body.toString()).toBe('done')
  })

  it('does not follow redirects', async () => {
    let calls = 0
    const base = await serve((_request, response) => {
      calls += 1
      response.writeHead(302, { location: '/b' }).end()
    })
    expect((await push().send(base, post, 'toy')).status).toBe(302)
    expect(calls).toBe(1)
  })

  it('says unreachable when nothing listens', async () => {
    await expect(push().send('http://127.0.0.1:1', post, 'toy')).rejects.toMatchObject({
      code: 'HUB_DELIVER_UNREACHABLE',
      facts: { system: 'toy', cause: 'ECONNREFUSED' },
    })
  })

  it('says cut when the connection ends without an answer', async () => {
    const base = await serve((_request, response) => void response.destroy())
    await expect(push().send(base, post, 'toy')).rejects.toMatchObject({ code: 'HUB_DELIVER_CUT' })
  })

  it('says cut when the answer does not come in time', async () => {
    const base = await serve(() => undefined)
    await expect(push({ timeoutMs: 50 }).send(base, post, 'toy')).rejects.toMatchObject({ code: 'HUB_DELIVER_CUT' })
  })

  it('cuts off an endless answer', async () => {
    const base = await serve((_request, response) => void response.end('x'.repeat(5000)))
    await expect(push({ maxAnswerBytes: 100 }).send(base, post, 'toy')).rejects.toMatchObject({
      code: 'HUB_DELIVER_CUT',
      facts: { cause: 'ANSWER_TOO_LARGE' },
    })
  })
})

describe('the address guard', () => {
  it.each([
    'http://127.0.0.1/',
    'http://10.1.2.3/',
    'http://169.254.169.254/latest',
    'http://192.168.0.1/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[fd00::1]/',
    'http://0.0.0.0/',
    'http://2130706433/',
    'ftp://example.org/',
  ])('refuses %s', async url => {
    const guarded = push({ guard: addressGuard([]) })
    await expect(guarded.send(url, { ...post, path: '' }, 'toy')).rejects.toMatchObject({ code: 'HUB_DELIVER_ADDRESS' })
  })

  it('refuses a name one of whose addresses is private', async () => {
    const resolve = async () => [
      { address: '203.0.113.7', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ]
    const guarded = push({ guard: addressGuard([], resolve) })
    await expect(guarded.send('http://name.example', post, 'toy')).rejects.toMatchObject({
      code: 'HUB_DELIVER_ADDRESS',
    })
  })

  it('connects to the very address it judged', async () => {
    const base = await serve((_request, response) => void response.end('ok'))
    let asked = 0
    const resolve = async () => {
      asked += 1
      return [{ address: '127.0.0.1', family: 4 }]
    }
    const guarded = push({ guard: addressGuard(['127.0.0.0/8'], resolve) })
    const answer = await guarded.send(`http://name.example:${new URL(base).port}`, post, 'toy')
    expect(answer.status).toBe(200)
    expect(asked).toBe(1)
  })

  it('lets allowed networks through', async () => {
    const base = await serve((_request, response) => void response.end('ok'))
    expect((await push({ guard: addressGuard(['127.0.0.0/8']) }).send(base, post, 'toy')).status).toBe(200)
  })
})
