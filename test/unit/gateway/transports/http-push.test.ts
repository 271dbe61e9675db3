import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
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

/** Takes connections and says nothing. */
async function silent(): Promise<string> {
  const server = createTcpServer(socket => socket.on('error', () => undefined))
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
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

  it('says that nothing was sent where no connection came to stand, whatever the reason', async () => {
    const { port } = new URL(await serve((_request, response) => void response.end()))
    const [tls, mute] = [`https://127.0.0.1:${port}`, await silent()]
    await expect(push().send(tls, post, 'toy')).rejects.toMatchObject({ code: 'HUB_DELIVER_UNREACHABLE' })
    const hurried = push({ connectTimeoutMs: 50 }).send(mute.replace('http:', 'https:'), post, 'toy')
    await expect(hurried).rejects.toMatchObject({ code: 'HUB_DELIVER_UNREACHABLE' })
  })

  it('holds no call back behind another that is not answered, however many there are', async () => {
    let seen = 0
    const base = await serve((request, response) => {
      seen += 1
      if (request.url === '/quick') response.end()
    })
    const one = push()
    const hanging = Array.from({ length: 200 }, () =>
      one.send(base, { ...post, query: {} }, 'toy').catch(() => 'ended'),
    )
    await expect.poll(() => seen).toBe(200)
    expect((await one.send(base, { ...post, path: '/quick', query: {} }, 'toy')).status).toBe(200)
    await one.close()
    expect(new Set(await Promise.all(hanging))).toEqual(new Set(['ended']))
  })

  it('goes through no proxy, whatever the environment names', async () => {
    const heard: string[] = []
    const proxy = await serve((request, response) => {
      heard.push(request.url!)
      response.writeHead(502).end()
    })
    for (const name of ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'all_proxy']) vi.stubEnv(name, proxy)
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    onTestFinished(() => void vi.unstubAllEnvs())
    const base = await serve((_request, response) => void response.writeHead(204).end())
    expect((await push().send(base, post, 'toy')).status).toBe(204)
    expect(heard).toEqual([])
  })

  it('gives back what no request may hold, as the fault of whoever made it', async () => {
    const base = await serve((_request, response) => void response.end())
    const bad = { ...post, headers: { 'x-a': 'two\nlines' } }
    await expect(push().send(base, bad, 'toy')).rejects.toMatchObject({ code: 'UND_ERR_INVALID_ARG' })
  })

  it('keeps to the host of the address, whatever stands in the path', async () => {
    const seen: string[] = []
    const base = await serve((request, response) => {
      seen.push(request.url!)
      response.end()
    })
    await push().send(base, { ...post, path: '@elsewhere.example/x', query: {} }, 'toy')
    expect(seen).toEqual(['/@elsewhere.example/x'])
  })

  it('cuts off an endless answer', async () => {
    const base = await serve((_request, response) => void response.end('x'.repeat(5000)))
    await expect(push({ maxAnswerBytes: 100 }).send(base, post, 'toy')).rejects.toMatchObject({
      code: 'HUB_DELIVER_ANSWER',
      facts: { cause: 'ANSWER_TOO_LARGE' },
    })
  })
})
