// Where deliveries may go: every way to write an address that leads inwards, and names that move.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { addressGuard } from '#gateway/transports/address-guard.ts'
import { createHttpPush, type HttpPushOptions } from '#gateway/transports/http-push.ts'

const call = { method: 'POST' as const, path: '', headers: {}, body: Buffer.from('{}') }

interface Heard {
  readonly server: Server
  readonly port: number
  /** Connections so far. */
  readonly count: () => number
}

/** Counts connections, not requests: a refused address must not be connected to at all. */
async function listen(host: string, port = 0): Promise<Heard> {
  let connections = 0
  const server = createServer((_request, response) => void response.end('ok'))
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>(done => server.listen(port, host, done))
  onTestFinished(
    () =>
      new Promise<void>(done => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  )
  return { server, port: (server.address() as AddressInfo).port, count: () => connections }
}

/** A name server that gives one answer after the other; the last one stays. */
function scripted(...answers: readonly (readonly string[])[]) {
  const asked: string[] = []
  const resolve = async (host: string) => {
    asked.push(host)
    const found = answers[Math.min(asked.length, answers.length) - 1]!
    return found.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  return { asked, resolve }
}

function guarded(allowed: readonly string[], resolve?: ReturnType<typeof scripted>['resolve'], more?: HttpPushOptions) {
  const one = createHttpPush({ guard: addressGuard(allowed, resolve), ...more })
  onTestFinished(() => one.close())
  return one
}

const refused = (cause: string) => ({ code: 'HUB_DELIVER_ADDRESS', facts: { system: 'toy', cause } })

describe('the address guard', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127。0。0。1/',
    'http://127.0.0.1./',
    'http://0.0.0.0/',
    'http://0/',
    'http://10.1.2.3/',
    'http://100.64.0.1/',
    'http://172.31.255.255/',
    'http://192.168.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://public.example@169.254.169.254/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[::169.254.169.254]/',
    'http://[::ffff:0:169.254.169.254]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[64:ff9b:1::a9fe:a9fe]/',
    'http://[2002:a9fe:a9fe::1]/',
    'http://[2001:0:a9fe:a9fe::1]/',
    'http://[fe80::1]/',
    'http://[fec0::1]/',
    'http://[fd00::1]/',
    'http://[ff02::1]/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
  ])('connects to nothing for %s', async url => {
    const cause = url.includes('@') ? 'USER_INFO' : 'NETWORK'
    await expect(guarded([]).send(url, call, 'toy')).rejects.toMatchObject(refused(cause))
  })

  it.each(['localhost', 'localhost.', 'LOCALHOST', 'ip6-localhost'])('judges what %s stands for', async name => {
    const here = await listen('127.0.0.1')
    const { resolve } = scripted([name.startsWith('ip6') ? '::1' : '127.0.0.1'])
    const sent = guarded([], resolve).send(`http://${name}:${here.port}/`, call, 'toy')
    await expect(sent).rejects.toMatchObject(refused('NETWORK'))
    await expect(guarded([]).send(`http://localhost:${here.port}/`, call, 'toy')).rejects.toMatchObject(
      refused('NETWORK'),
    )
    expect(here.count()).toBe(0)
  })

  it.each([
    ['ftp://example.org/', 'NO_HTTP'],
    ['file:///etc/passwd', 'NO_HTTP'],
    ['http://user:secret@example.org/', 'USER_INFO'],
    ['http://example.org:0/', 'PORT'],
    ['http://999.1.1.1/', 'NO_URL'],
    ['http://[fe80::1%25eth0]/', 'NO_URL'],
    ['hook', 'NO_URL'],
  ])('calls %s no address: %s', async (url, cause) => {
    await expect(guarded(['0.0.0.0/0']).send(url, call, 'toy')).rejects.toMatchObject(refused(cause))
  })

  it.each([
    ['203.0.113.7', '10.0.0.1'],
    ['10.0.0.1', '203.0.113.7'],
    ['203.0.113.7', '::ffff:169.254.169.254'],
    ['2a00::1', 'fe80::1'],
  ])('refuses a name that stands for %s and %s', async (...addresses) => {
    const { resolve } = scripted(addresses)
    await expect(guarded([], resolve).send('http://name.example', call, 'toy')).rejects.toMatchObject(
      refused('NETWORK'),
    )
  })

  it('connects to the very address it judged, though the name points elsewhere a moment later', async () => {
    const judged = await listen('127.0.0.1')
    const inside = await listen('127.0.0.2', judged.port)
    const names = scripted(['127.0.0.1'], ['127.0.0.2'])
    const one = guarded(['127.0.0.1/32'], names.resolve)
    expect((await one.send(`http://name.example:${judged.port}`, call, 'toy')).status).toBe(200)
    expect(names.asked).toEqual(['name.example'])
    expect([judged.count(), inside.count()]).toEqual([1, 0])
  })

  it('judges every new connection anew, and keeps none open for longer than it may be old', async () => {
    const first = await listen('127.0.0.1')
    const inside = await listen('127.0.0.2', first.port)
    let address = '127.0.0.1'
    const resolve = async () => [{ address, family: 4 }]
    const one = guarded(['127.0.0.1/32'], resolve, { connectionMs: 200 })
    const send = () => one.send(`http://name.example:${first.port}`, call, 'toy')
    // The second call may come before the first connection is free again.
    await send()
    await send()
    address = '127.0.0.2'
    const seen: unknown[] = []
    await expect
      .poll(async () => {
        seen.push(
          await send().then(
            ({ status }) => status,
            error => error.facts.cause,
          ),
        )
        return seen.at(-1)
      })
      .toBe('NETWORK')
    // Until then the connection that was judged is used, and only that one.
    expect(new Set(seen.slice(0, -1))).toEqual(new Set([200]))
    expect(inside.count()).toBe(0)
  })

  it('follows no answer to an address that it would refuse', async () => {
    const inside = await listen('127.0.0.2')
    const outside = await listen('127.0.0.1')
    outside.server.removeAllListeners('request')
    outside.server.on('request', (_request, response) =>
      response.writeHead(307, { location: `http://127.0.0.2:${inside.port}/latest` }).end(),
    )
    const answer = await guarded(['127.0.0.1/32']).send(`http://127.0.0.1:${outside.port}`, call, 'toy')
    expect(answer.status).toBe(307)
    expect([outside.count(), inside.count()]).toEqual([1, 0])
  })

  it('lets allowed networks through, named in either form of IPv4', async () => {
    const here = await listen('127.0.0.1')
    for (const url of [`http://127.0.0.1:${here.port}`, `http://[::ffff:127.0.0.1]:${here.port}`])
      expect((await guarded(['127.0.0.0/8']).send(url, call, 'toy')).status).toBe(200)
  })
})
