import { describe, expect, it, onTestFinished } from 'vitest'
import { type AppDeps, buildApp } from '#gateway/app.ts'
import { createTelemetry } from '#gateway/telemetry.ts'
import { type TranslateDeps, translate } from '#gateway/translate/stage.ts'

const reason = { code: 'HUB_ROUTE_FAULT', at: Date.UTC(2026, 2, 5) }

async function app(states: readonly string[], paused = new Set<string>()) {
  const deps: AppDeps = {
    health: {
      stages: () => states.map(state => ({ stage: 'route', state, lastCommitAt: null, reason, restarts: 0 })),
      telemetry: createTelemetry(),
      refresh: async () => undefined,
    },
    control: {
      isPaused: id => paused.has(id),
      pause: async (_of, id) => void paused.add(id),
      resume: async (_of, id) => void paused.delete(id),
    },
    systems: new Set(['town']),
    operatorKey: 'key',
    doors: [],
    log: { error: () => undefined },
  }
  const built = await buildApp(deps)
  onTestFinished(() => built.close())
  return built
}

describe('app', () => {
  it('is live always and ready only while every stage runs', async () => {
    expect((await (await app(['fenced'])).inject('/health/live')).statusCode).toBe(200)
    expect((await (await app(['running', 'waiting'])).inject('/health/ready')).statusCode).toBe(503)
    expect((await (await app(['running', 'paused'])).inject('/health/ready')).statusCode).toBe(200)
  })

  it('says why a stage ended and when', async () => {
    const answer = await (await app(['failed'])).inject('/health/ready')
    expect(answer.statusCode).toBe(503)
    expect(answer.json().stages).toEqual([
      {
        stage: 'route',
        state: 'failed',
        lastCommitAt: null,
        reason: { code: 'HUB_ROUTE_FAULT', at: '2026-03-05T00:00:00.000Z' },
        restarts: 0,
      },
    ])
  })

  it('gives metrics for Prometheus', async () => {
    const answer = await (await app(['running'])).inject('/metrics')
    expect(answer.headers['content-type']).toContain('text/plain')
    expect(answer.body).toContain('hub_messages_received_total')
  })

  it('pauses and resumes a system for an operator only', async () => {
    const hub = await app(['running'])
    const call = (url: string, key: string) =>
      hub.inject({ method: 'POST', url, headers: { authorization: `Bearer ${key}` } })
    expect((await call('/admin/systems/town/pause', 'wrong')).json()).toMatchObject({
      code: 'HUB_HTTP_OPERATOR_ONLY',
      status: 401,
    })
    expect((await call('/admin/systems/village/pause', 'key')).json()).toMatchObject({
      code: 'HUB_HTTP_UNKNOWN_SYSTEM',
      status: 404,
    })
    expect((await call('/admin/systems/town/pause', 'key')).json()).toEqual({ id: 'town', paused: true })
    expect((await call('/admin/systems/town/resume', 'key')).json()).toEqual({ id: 'town', paused: false })
  })

  it('answers an unknown address in both languages and never with a 500', async () => {
    const answer = await (await app(['running'])).inject('/cases/1')
    expect(answer.json()).toMatchObject({
      code: 'HUB_HTTP_NOT_FOUND',
      status: 404,
      en: expect.any(String),
      zh: expect.any(String),
    })
  })
})

it('says that a message has no mapping', () => {
  const deps = { connectors: new Map(), systems: new Map() } as unknown as TranslateDeps
  const about = {
    messageId: 'm',
    contentHash: '',
    receivedAt: 0,
    traceId: null,
    caseId: null,
    deliveryId: null,
    causationId: null,
  }
  expect(() => translate(deps, 'town', 'letter', {}, about)).toThrow(
    expect.objectContaining({ code: 'HUB_MAP_MISSING' }),
  )
})
