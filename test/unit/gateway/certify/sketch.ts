// A stand without a hub: calls, events and attempts are put in by hand, time is moved by hand.
import type { CaseSeen, Observer, Tried } from '#gateway/certify/observer.ts'
import { Stand, type StandDeps } from '#gateway/certify/stand.ts'
import type { Connector } from '#gateway/loader/connector.ts'
import type { Fault, Heard, HeardItem } from '#gateway/receive/heard.ts'

export interface Sketch {
  readonly stand: Stand
  readonly events: CaseSeen[]
  readonly tries: Tried[]
  /** Unix milliseconds. */
  now: number
  hear(...heard: Partial<Heard>[]): void
}

export function sketch(deps: Partial<StandDeps> = {}): Sketch {
  const events: CaseSeen[] = []
  const tries: Tried[] = []
  const observer = { events, tries, triesOf: (id: string) => tries.filter(one => one.messageId === id) }
  const connector = {
    manifest: {
      id: 'toy',
      version: 3,
      name: { zh: '玩具', en: 'Toy' },
      messages: {},
      transport: { repeats: 'conflict' },
    },
  } as unknown as Connector
  const made = {
    events,
    tries,
    now: Date.parse('2026-03-02T01:00:00Z'),
    hear(...heard: Partial<Heard>[]) {
      for (const one of heard) made.stand.hear({ ...call, ...one })
    },
  } as unknown as Sketch & { stand: Stand }
  made.stand = new Stand(
    {
      system: { id: 'toy', connector: 'toy', area: '330106', prefecture: '3301' },
      connector,
      observer: observer as unknown as Observer,
      receiving: undefined,
      receipt: () => undefined,
      now: () => made.now,
      ...deps,
    } as StandDeps,
    'run-1',
  )
  return made
}

const call: Heard = { system: 'toy', message: 'case', status: null, fault: null, signedAt: null, items: [] }

export const item = (more: Partial<HeardItem> = {}): HeardItem => ({
  messageId: 'm1',
  numberKey: 'n1',
  status: 'received',
  fault: null,
  text: 'whole',
  ...more,
})

export const fault = (code: string): Fault => ({ code, pointer: '/no', rule: 'required' })

export const event = (more: Partial<CaseSeen> = {}): CaseSeen => ({
  at: 0,
  messageId: 'm1',
  caseId: 'c1',
  proceedingId: 'p1',
  status: 'REGISTERED',
  flaws: [],
  ownKeys: ['n1'],
  ...more,
})
