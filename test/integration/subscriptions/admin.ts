// The operator's side of subscriptions, and a hub that may call receivers on this machine.
import { expect } from 'vitest'
import { type TestHub, testHub } from '../../helpers/hub.ts'

export interface Answered {
  readonly status: number
  readonly body: Record<string, unknown>
}

export type Admin = (method: string, path?: string, body?: object) => Promise<Answered>

export function admin(hub: () => string, key = 'operator-key'): Admin {
  return async (method, path = '', body) => {
    const answer = await fetch(`${hub()}/admin/subscriptions${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
}

export function localHub(): Promise<TestHub> {
  return testHub({ config: demo => ({ ...demo, allowedNetworks: ['127.0.0.1/32'] }), logLevel: 'info' })
}

/** A webhook that hears of every case. */
export const hook = (id: string, url: string, more: object = {}): object => ({
  id,
  system: 'labour-arbitration',
  purpose: 'COORDINATE',
  basis: 'test',
  door: { kind: 'webhook', url },
  ...more,
})

/** Creates it; returns the secret that the hub made. */
export async function created(call: Admin, definition: object): Promise<string> {
  const { status, body } = await call('POST', '', definition)
  expect([status, body.code]).toEqual([201, undefined])
  return String(body.secret)
}
