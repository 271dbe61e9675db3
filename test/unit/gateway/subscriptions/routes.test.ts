import { describe, expect, it } from 'vitest'
import type { Subscription } from '#schemas/files.ts'
import { clock, hook, world } from './world.ts'

const secret = (fill: number): string => `whsec_${Buffer.alloc(32, fill).toString('base64')}`
const configured = {
  ...hook('configured', { door: { kind: 'webhook', url: 'https://old.example/hook', secrets: [secret(1)] } }),
} as Subscription

describe('/admin/subscriptions', () => {
  it('makes one, shows the secret that it made once, and prepares Kafka before it is in force', async () => {
    const one = await world()
    const { status, body } = await one.call('POST', '', hook('new'))
    expect([status, one.prepared]).toEqual([201, ['new']])
    expect(body.secret).toMatch(/^whsec_/)
    expect(one.subscriptions.secretsOf('new')).toEqual([body.secret])
    expect(one.subscriptions.beginOf('new')).toEqual({ topicId: 'topic', offsets: [7n] })
    const shown = await one.call('GET')
    expect(shown.body).toEqual({
      subscriptions: [
        {
          ...hook('new', {
            door: {
              kind: 'webhook',
              url: 'https://receiver.example/hook',
              secrets: [{ since: clock.now.toISOString() }],
            },
          }),
          from: 'registry',
          by: 'operator',
          at: clock.now.toISOString(),
        },
      ],
    })
    expect(one.written.map(row => String(row.value)).join()).not.toContain(String(body.secret).slice(6))
  })

  it.each([
    ['a field that is missing', hook('xx', { basis: undefined }), 422, 'HUB_SUBSCRIPTION_INVALID', '/basis'],
    ['a field that is not known', hook('xx', { more: 1 }), 422, 'HUB_SUBSCRIPTION_INVALID', '/more'],
    [
      'a filter that would be passed over',
      hook('xx', { filter: { area: ['33'] } }),
      422,
      'HUB_SUBSCRIPTION_INVALID',
      '/filter/area',
    ],
    [
      'a webhook without an address',
      hook('xx', { door: { kind: 'webhook' } }),
      422,
      'HUB_SUBSCRIPTION_INVALID',
      '/door/url',
    ],
    [
      'a short secret',
      hook('xx', { door: { kind: 'webhook', url: 'https://a/b', secrets: ['whsec_abc'] } }),
      422,
      'HUB_SUBSCRIPTION_INVALID',
      '/door/secrets/0',
    ],
    [
      'a purpose that does not exist',
      hook('xx', { purpose: 'CURIOSITY' }),
      422,
      'HUB_SUBSCRIPTION_INVALID',
      '/purpose',
    ],
    ['a system that does not exist', hook('xx', { system: 'nobody' }), 422, 'HUB_SUBSCRIPTION_SYSTEM', 'system'],
    [
      'a native door without a way out',
      hook('xx', { system: 'mute', door: { kind: 'native' } }),
      422,
      'HUB_SUBSCRIPTION_WAY',
      'native',
    ],
    ['another start than now', hook('xx', { start: 'snapshot' }), 422, 'HUB_SUBSCRIPTION_START', 'now'],
    ['an id in use', hook('configured'), 409, 'HUB_SUBSCRIPTION_EXISTS', 'in force'],
    ['what is no JSON', '{', 400, 'HUB_SUBSCRIPTION_BODY', 'JSON'],
  ])('refuses %s, and writes nothing', async (_what, body, status, code, says) => {
    const one = await world([configured])
    const answer = await one.call('POST', '', body)
    expect(answer).toMatchObject({ status, body: { code, en: expect.stringContaining(says) } })
    expect([one.written, one.prepared]).toEqual([[], []])
  })

  it('is for operators only', async () => {
    const one = await world([configured])
    for (const [method, path] of [
      ['GET', ''],
      ['POST', ''],
      ['GET', '/configured'],
      ['PUT', '/configured'],
      ['DELETE', '/configured'],
      ['POST', '/configured/rotate-secret'],
      ['POST', '/configured/open'],
    ] as const)
      expect((await one.call(method, path, undefined, 'wrong')).status).toBe(401)
  })

  it('puts the registry over the configuration, keeps secrets that are not said again, and can remove it', async () => {
    const one = await world([configured])
    const url = 'https://new.example/hook'
    const { status, body } = await one.call(
      'PUT',
      '/configured',
      hook('configured', { door: { kind: 'webhook', url } }),
    )
    expect([status, body.from]).toEqual([200, 'registry'])
    expect(one.subscriptions.get('configured')!.door).toEqual({ kind: 'webhook', url, secrets: [] })
    expect(one.subscriptions.secretsOf('configured')).toEqual([secret(1)])
    expect(String(one.written[0]!.value)).not.toContain(secret(1).slice(6))
    expect((await one.call('DELETE', '/configured')).status).toBe(200)
    expect([one.subscriptions.all(), one.subscriptions.removed()]).toEqual([[], ['configured']])
    expect((await one.call('GET', '/configured')).body.code).toBe('HUB_HTTP_UNKNOWN_SUBSCRIPTION')
  })

  it.each([
    ['/id', hook('other')],
    ['/system', hook('configured', { system: 'mute' })],
    ['/door/kind', hook('configured', { door: { kind: 'pull' } })],
  ])('never changes %s: what its topic holds was decided by it', async (pointer, body) => {
    const one = await world([configured])
    expect(await one.call('PUT', '/configured', body)).toMatchObject({
      status: 422,
      body: { code: 'HUB_SUBSCRIPTION_FIXED', en: expect.stringContaining(pointer) },
    })
  })

  it('gives a removed name to no other system', async () => {
    const one = await world([configured])
    await one.call('DELETE', '/configured')
    const answer = await one.call('POST', '', hook('configured', { system: 'mute' }))
    expect(answer.body.code).toBe('HUB_SUBSCRIPTION_FIXED')
    expect((await one.call('POST', '', hook('configured'))).status).toBe(201)
  })

  it('rotates: new first, old second, until the next one or until its time', async () => {
    const one = await world([configured])
    await one.call('POST', '/configured/rotate-secret', { secret: secret(2) })
    expect(one.subscriptions.secretsOf('configured')).toEqual([secret(2), secret(1)])
    const until = new Date(clock.now.getTime() + 60_000)
    const { body } = await one.call('POST', '/configured/rotate-secret', { until: until.toISOString() })
    expect(one.subscriptions.secretsOf('configured')).toEqual([body.secret, secret(2)])
    const before = clock.now
    clock.now = until
    expect(one.subscriptions.secretsOf('configured')).toEqual([body.secret])
    clock.now = before
  })

  it.each([
    ['a time that is past', { until: '2020-01-01T00:00:00Z' }, '/until'],
    ['a secret of another form', { secret: 'word' }, '/secret'],
    ['a field that is not known', { key: 'x' }, '/key'],
  ])('does not rotate by %s', async (_what, body, pointer) => {
    const one = await world([configured])
    const answer = await one.call('POST', '/configured/rotate-secret', body)
    expect(answer).toMatchObject({ status: 422, body: { en: expect.stringContaining(pointer) } })
    expect(one.written).toEqual([])
  })

  it('rotates nothing where nothing is signed', async () => {
    const one = await world([{ ...configured, door: { kind: 'pull' } }])
    const answer = await one.call('POST', '/configured/rotate-secret', {})
    expect(answer.body.code).toBe('HUB_SUBSCRIPTION_NO_SECRETS')
  })

  it('keeps a secret that it is given sealed, too, and shows it to nobody', async () => {
    const one = await world()
    const door = { kind: 'webhook', url: 'https://receiver.example/hook', secrets: [secret(3)] }
    const answer = await one.call('POST', '', hook('given', { door }))
    expect([answer.status, answer.body.secret]).toEqual([201, undefined])
    expect(one.subscriptions.secretsOf('given')).toEqual([secret(3)])
    const said = JSON.stringify([answer, await one.call('GET'), one.written.map(row => String(row.value))])
    expect(said).not.toContain(secret(3).slice(6))
  })

  it('opens a secret for no subscription but its own', async () => {
    const one = await world([configured])
    await one.call('POST', '', hook('thief'))
    await one.call('POST', '/configured/rotate-secret', {})
    const told = JSON.parse(String(one.written[1]!.value)) as { secrets: object[] }
    const mine = JSON.parse(String(one.written[0]!.value)) as object
    const key = 'subscription:thief'
    one.subscriptions.hear({
      ...one.written[0]!,
      key,
      value: Buffer.from(JSON.stringify({ ...mine, secrets: told.secrets })),
    })
    expect(() => one.subscriptions.secretsOf('thief')).toThrow(
      expect.objectContaining({ code: 'HUB_SECURITY_SEAL_BROKEN' }),
    )
  })

  it('takes the order for a replay with its reason, from a time or for a case', async () => {
    const one = await world([configured])
    const asked = { from: '2026-03-01T00:00:00Z', reason: 'the receiver lost its disk', dryRun: true }
    const answer = await one.call('POST', '/configured/replay', asked)
    expect(answer).toMatchObject({ status: 200, body: { events: 2, cases: 1, dryRun: true } })
    expect(one.replays).toEqual([expect.objectContaining({ from: Date.parse(asked.from), dryRun: true })])
  })

  it.each([
    ['without a reason', { from: '2026-03-01' }, 'HUB_HTTP_REASON', 'reason'],
    ['of everything', { reason: 'words' }, 'HUB_SUBSCRIPTION_INVALID', 'from or caseId'],
    ['from no time', { from: 'once', reason: 'words' }, 'HUB_SUBSCRIPTION_INVALID', '/from'],
    ['of no case', { caseId: '7', reason: 'words' }, 'HUB_SUBSCRIPTION_INVALID', '/caseId'],
    ['with a word that is not known', { since: '2026', reason: 'words' }, 'HUB_SUBSCRIPTION_INVALID', '/since'],
  ])('orders no replay %s', async (_what, body, code, says) => {
    const one = await world([configured])
    const answer = await one.call('POST', '/configured/replay', body)
    expect(answer).toMatchObject({ status: 422, body: { code, en: expect.stringContaining(says) } })
    expect(one.replays).toEqual([])
  })

  it('keeps what was in force when the registry says something unreadable, and tells so', async () => {
    const one = await world([configured])
    one.subscriptions.hear({ ...(await written(one)), value: Buffer.from('{}') })
    expect([one.subscriptions.all(), one.errors]).toEqual([[configured], ['subscription.unreadable']])
  })
})

async function written(one: Awaited<ReturnType<typeof world>>) {
  await one.call('POST', '', hook('gone'))
  await one.call('DELETE', '/gone')
  return one.written[0]!
}
