// A registry in memory with the subscriptions that follow it, and the operator's door over both.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { buildApp } from '#gateway/app.ts'
import type { InRecord } from '#gateway/kafka/port.ts'
import { subscriptionJudge } from '#gateway/loader/config.ts'
import type { Connector } from '#gateway/loader/connector.ts'
import type { Registry } from '#gateway/registry.ts'
import { fileKeyManager } from '#gateway/security/key-manager.ts'
import { Subscriptions } from '#gateway/subscriptions/in-force.ts'
import type { ReplayOrder } from '#gateway/subscriptions/replay.ts'
import { subscriptionRoutes } from '#gateway/subscriptions/routes.ts'
import { createTelemetry } from '#gateway/telemetry.ts'
import type { Subscription } from '#schemas/files.ts'
import { system } from '../route/sketch.ts'

const schemaFile = new URL('../../../../schemas/files/hub.schema.json', import.meta.url).pathname

export const clock = { now: new Date('2026-03-02T08:00:00Z') }

export const record = (key: string, value: object | null, offset = 0n): InRecord => ({
  topic: 'registry',
  partition: 0,
  offset,
  timestamp: 0,
  key,
  value: value && Buffer.from(JSON.stringify(value)),
  headers: {},
})

export interface World {
  readonly subscriptions: Subscriptions
  readonly written: InRecord[]
  /** Ids for which Kafka was prepared. */
  readonly prepared: string[]
  readonly replays: ReplayOrder[]
  readonly errors: string[]
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path?: string, body?: unknown, key?: string): Promise<Reply>
}

export interface Reply {
  readonly status: number
  readonly body: Record<string, unknown>
}

export async function world(configured: readonly Subscription[] = []): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'keys-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const keys = fileKeyManager(dir)
  const errors: string[] = []
  const log = { info: () => undefined, error: (_facts: object, text: string) => void errors.push(text) }
  const now = () => clock.now
  const subscriptions = new Subscriptions({ configured, keys, now, log })
  const written: InRecord[] = []
  const registry: Registry = {
    catchUp: async () => undefined,
    async put(key, value) {
      const one = record(key, value, BigInt(written.length))
      written.push(one)
      subscriptions.hear(one)
    },
    stop: () => undefined,
  }
  const prepared: string[] = []
  const replays: ReplayOrder[] = []
  const connector = { manifest: { transport: { outbound: ['http-push'] } } } as unknown as Connector
  const app = await buildApp({
    health: { stages: () => [], telemetry: createTelemetry(), refresh: async () => undefined },
    control: { isPaused: () => false, pause: async () => undefined, resume: async () => undefined },
    systems: new Set(),
    operatorKey: 'key',
    doors: [
      subscriptionRoutes({
        subscriptions,
        registry,
        keys,
        now,
        systems: [
          { ...system('unit'), connector: 'unit' },
          { ...system('mute'), connector: 'unit', out: 'file-drop' },
        ],
        connectors: () => new Map([['unit', connector]]),
        judge: subscriptionJudge(schemaFile),
        async prepare(id) {
          prepared.push(id)
          return { topicId: 'topic', offsets: ['7'] }
        },
        operatorKey: 'key',
        isShut: () => false,
        open: async () => undefined,
        async replay(_subscription, order) {
          replays.push(order)
          return { events: 2, cases: 1 }
        },
        log,
      }),
    ],
    log: { error: () => undefined },
  })
  onTestFinished(() => app.close())
  return {
    subscriptions,
    written,
    prepared,
    replays,
    errors,
    async call(method, path = '', body, key = 'key') {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const answer = await app.inject({
        method,
        url: `/admin/subscriptions${path}`,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { payload: text }),
      })
      return { status: answer.statusCode, body: answer.json() }
    },
  }
}

export const hook = (id: string, more: object = {}): object => ({
  id,
  system: 'unit',
  purpose: 'COORDINATE',
  basis: 'test',
  door: { kind: 'webhook', url: 'https://receiver.example/hook' },
  ...more,
})
