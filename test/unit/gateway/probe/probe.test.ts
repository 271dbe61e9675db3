import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findings } from '#gateway/probe/findings.ts'
import { certificateStep, clockStep } from '#gateway/probe/reach.ts'
import { codes, probe, server, simulator, systems, waysOut } from './rig.ts'

const reached = { address: 'REACHED', tls: 'TLS_NONE', answers: 'ANSWERED', clock: 'CLOCK_RIGHT' }
const nothing = { clock: 'NOT_REACHED', login: 'NOT_REACHED', 'look-up': 'NOT_REACHED', 'wrong-key': 'NOT_REACHED' }

describe('a probe of every kind of system', () => {
  it.each(systems.map(one => one.id))(
    '%s: reaches, logs in, asks, is refused with a wrong key, and sends nothing',
    async id => {
      const { url, store } = await simulator(id)
      const before = JSON.stringify(store())
      const steps = await probe(id, url)
      expect(steps.filter(one => one.state === 'failed')).toEqual([])
      // Where nothing is called there is no key to be wrong.
      const key = (await waysOut(id)).includes('http-push') ? 'WRONG_KEY_REFUSED' : 'WRONG_KEY_NONE'
      expect(codes(steps)).toMatchObject({ ...reached, 'wrong-key': key })
      expect(JSON.stringify(store())).toBe(before)
    },
  )

  it('is refused where the configured key is wrong, and says what to do', async () => {
    const withLogin = await simulator('grid-app')
    const wrong = { username: 'hub', password: 'x', appKey: 'x', accessKey: 'x', secret: 'x', token: 'x' }
    expect(codes(await probe('grid-app', withLogin.url, { credentials: wrong }))).toEqual({
      ...reached,
      login: 'LOGIN_REFUSED',
      'look-up': 'NOT_REACHED',
      'wrong-key': 'NOT_REACHED',
    })
    const signed = await simulator('mt-coordination')
    const steps = await probe('mt-coordination', signed.url, { credentials: wrong })
    expect(codes(steps)).toMatchObject({ login: 'LOGIN_NONE', 'look-up': 'LOOK_UP_FAILED', 'wrong-key': 'NOT_REACHED' })
    expect(steps.find(one => one.step === 'look-up')).toMatchObject({
      says: { en: 'the look-up failed (HTTP_401)', zh: '查询失败(HTTP_401)' },
      todo: { zh: expect.stringContaining('密钥') },
    })
  })

  it('sees that it is down, slow, in error or gone', async () => {
    const made = await simulator('court-odr')
    made.behave({ mode: 'down' })
    expect(codes(await probe('court-odr', made.url))).toEqual({ ...reached, answers: 'NO_ANSWER', ...nothing })
    made.behave({ mode: 'slow', delayMs: 2000 })
    const slow = await probe('court-odr', made.url)
    expect(slow.find(one => one.step === 'answers')).toMatchObject({
      code: 'NO_ANSWER',
      says: { en: expect.stringContaining('(TIMED_OUT)') },
    })
    made.behave({ mode: 'error' })
    expect(codes(await probe('court-odr', made.url))).toMatchObject({ ...reached, 'look-up': 'LOOK_UP_FAILED' })
    await made.close()
    expect(codes(await probe('court-odr', made.url))).toEqual({
      address: 'NO_CONNECTION',
      tls: 'NOT_REACHED',
      answers: 'NOT_REACHED',
      ...nothing,
    })
  })
})

describe('a probe of what is no such system', () => {
  it('knows no name, and no TLS where there is none', async () => {
    expect((await probe('court-odr', 'http://nowhere.invalid'))[0]).toMatchObject({ code: 'NO_NAME', state: 'failed' })
    const plain = await server((_request, response) => response.end())
    expect(codes(await probe('court-odr', plain.replace('http:', 'https:')))).toEqual({
      address: 'REACHED',
      tls: 'TLS_BROKEN',
      answers: 'NOT_REACHED',
      ...nothing,
    })
  })

  it('does not wait for ever for one that takes the connection and is silent', async () => {
    const mute = createServer(socket => onTestFinished(() => void socket.destroy()))
    await new Promise<void>(done => mute.listen(0, '127.0.0.1', done))
    onTestFinished(() => void mute.close())
    const { port } = mute.address() as AddressInfo
    expect(codes(await probe('court-odr', `https://127.0.0.1:${port}`))).toMatchObject({ tls: 'TLS_BROKEN' })
    expect(codes(await probe('court-odr', `http://127.0.0.1:${port}`))).toMatchObject({ answers: 'NO_ANSWER' })
  })

  it('finds a clock that is away', async () => {
    const past = await server((_request, response) => {
      response.setHeader('date', new Date(Date.now() - 300_000).toUTCString())
      response.end('{}')
    })
    const clock = (await probe('court-odr', past)).find(one => one.step === 'clock')!
    expect(clock).toMatchObject({
      code: 'CLOCK_AWAY',
      says: { en: expect.stringMatching(/^its clock is (299|300|301) s away/) },
    })
  })

  it('finds one that takes every key, or says that it holds what does not exist', async () => {
    const open = await server((_request, response) => response.end('{}'))
    const answering = (outcome: unknown) => ({
      connector: (loaded: Parameters<NonNullable<Parameters<typeof probe>[2]>['connector'] & object>[0]) => ({
        ...loaded,
        adapter: { ...loaded.adapter, lookUp: { ...loaded.adapter.lookUp!, outcome: () => outcome as undefined } },
      }),
    })
    expect(codes(await probe('court-odr', open, answering(undefined)))).toMatchObject({
      'look-up': 'NOT_THERE',
      'wrong-key': 'WRONG_KEY_TAKEN',
    })
    expect(codes(await probe('court-odr', open, answering({ kind: 'delivered' })))).toMatchObject({
      'look-up': 'LOOK_UP_HELD',
      'wrong-key': 'NOT_REACHED',
    })
  })

  it('names an adapter that breaks at an answer', async () => {
    const open = await server((_request, response) => response.end('{}'))
    const steps = await probe('grid-app', open, {
      connector: loaded => ({
        ...loaded,
        adapter: {
          ...loaded.adapter,
          login: {
            ...loaded.adapter.login!,
            token: () => {
              throw new TypeError('no')
            },
          },
        },
      }),
    })
    expect(steps.find(one => one.step === 'login')).toMatchObject({ code: 'ADAPTER_BROKEN', state: 'failed' })
  })
})

it('tells a certificate that ends soon from a good one, and a clock by whole seconds', () => {
  const now = new Date('2026-03-02T00:00:00Z')
  expect(certificateStep(new Date('2026-03-15T00:00:00Z'), now)).toMatchObject({ code: 'TLS_ENDS', state: 'failed' })
  expect(certificateStep(new Date('2026-03-17T00:00:00Z'), now)).toMatchObject({ code: 'TLS_GOOD', state: 'ok' })
  const answer = (date: string) => ({ status: 200, body: Buffer.alloc(0), headers: { date } })
  expect(clockStep(answer('Mon, 02 Mar 2026 00:00:00 GMT'), now.getTime() + 999).code).toBe('CLOCK_RIGHT')
  expect(clockStep(answer('Mon, 02 Mar 2026 00:02:00 GMT'), now.getTime()).code).toBe('CLOCK_AWAY')
  expect(clockStep(answer('soon'), now.getTime()).state).toBe('skipped')
})

it('has words in both languages for all that it may find, and advice for all that fails', () => {
  const facts = { host: 'h', port: 1, ip: 'i', cause: 'c', days: 1, status: 1, ms: 1, seconds: 1, code: 'C' }
  for (const one of Object.values(findings)) {
    const said = one.says(facts)
    const texts = 'todo' in one && one.todo ? [said, one.todo] : [said]
    expect('todo' in one).toBe(one.state === 'failed')
    for (const { en, zh } of texts) {
      expect(zh).toMatch(/\p{Script=Han}/u)
      expect(en).not.toMatch(/\p{Script=Han}|undefined/u)
    }
  }
})
