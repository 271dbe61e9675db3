// Stores judged messages: one batch a request, sealed, confirmed by the broker before anyone hears of it.
import { HubError } from '#schemas/errors.ts'
import type { OutRecord, Producer } from '../kafka/port.ts'
import type { NamedKey } from '../security/sealing.ts'
import { sealBytes } from '../security/sealing.ts'
import { heardItems, type Listener } from './heard.ts'
import type { Judged, Refused } from './judge.ts'
import { KeyMemory, LatestMemory } from './memory.ts'
import type { Route } from './route.ts'

export interface IntakeDeps {
  readonly producer: Producer
  readonly intakeKey: (day: string) => NamedKey
  /** Has this message ended invalid or in conflict? Then it does not hold its idempotency key. */
  readonly endedInVain: (messageId: string) => boolean
  readonly now: () => Date
  /** Told of every message after it was settled, whichever way it came. */
  readonly listener?: Listener
  /** Why nothing more may be stored, if so: files and tables are stored piece by piece. */
  readonly full?: () => HubError | undefined
  /** How many keys, and how many numbers, are remembered. */
  readonly remembered?: number
}

export type ItemStatus = 'received' | 'duplicate' | 'conflict' | 'refused'

export interface Settled {
  readonly index: number
  readonly status: ItemStatus
  readonly messageId: string | undefined
  readonly numbers: readonly string[]
  readonly error: HubError | undefined
}

export class Intake {
  readonly #deps: IntakeDeps
  readonly #keys: KeyMemory
  readonly #latest: LatestMemory

  constructor(deps: IntakeDeps) {
    this.#deps = deps
    this.#keys = new KeyMemory(deps.remembered ?? 200_000)
    this.#latest = new LatestMemory(deps.remembered ?? 200_000)
  }

  /** What became of each, in the same order. Resolves when all that had to be stored is stored; rejects when the broker did not
   *  confirm. */
  async store(route: Route, judged: readonly (Judged | Refused)[]): Promise<Settled[]> {
    const full = this.#deps.full?.()
    if (full) throw full
    const time = this.#deps.now().toISOString()
    const settled: Settled[] = new Array(judged.length)
    const records: OutRecord[] = []
    const claims = new Map<string, Judged>()
    const sent: [number, Judged][] = []
    const waits: Promise<void>[] = []
    for (const [at, one] of judged.entries()) {
      if ('error' in one) {
        settled[at] = { ...one, status: 'refused', messageId: undefined }
        continue
      }
      const before = one.hubKey === undefined ? undefined : this.#known(one.hubKey, claims)
      if (before !== undefined) {
        if (before.storing) waits.push(before.storing)
        settled[at] = before.hash === one.hash ? resultOf(one, 'duplicate') : conflictOf(one)
        continue
      }
      if (one.hubKey !== undefined) claims.set(one.hubKey, one)
      sent.push([at, one])
      records.push(this.#record(route, time, one))
    }
    if (records.length > 0) {
      const storing = this.#deps.producer.send(records).then(() => undefined)
      for (const [key, one] of claims) this.#keys.claim(key, { hash: one.hash, messageId: one.messageId, storing })
      await storing
    }
    // A request that came while the same key was under way shares its fate: confirmed, or not.
    if (waits.length > 0) await Promise.all(waits)
    for (const [at, one] of sent) {
      const repeats = one.hubKey === undefined && this.#latest.note(one.numberKey, one.hash)
      settled[at] = resultOf(one, repeats ? 'duplicate' : 'received')
    }
    this.#deps.listener?.(route.system.id)?.(heardItems(route, judged, settled))
    return settled
  }

  #known(
    key: string,
    claims: ReadonlyMap<string, Judged>,
  ): { hash: string; storing: Promise<void> | undefined } | undefined {
    const here = claims.get(key)
    if (here) return { hash: here.hash, storing: undefined }
    const before = this.#keys.get(key)
    if (before === undefined) return undefined
    return !before.storing && this.#deps.endedInVain(before.messageId) ? undefined : before
  }

  #record(route: Route, time: string, one: Judged): OutRecord {
    const traceId = one.messageId.replaceAll('-', '')
    const headers: Record<string, string> = {
      ...route.headers,
      ce_id: one.messageId,
      ce_time: time,
      'content-type': one.item.contentType,
      hub_hash: one.hash,
      traceparent: `00-${traceId}-${one.hash.slice(0, 16)}-01`,
    }
    if (one.hubKey !== undefined) headers.hub_key = one.hubKey
    return {
      topic: route.topic,
      key: one.numberKey,
      value: sealBytes(one.item.bytes, this.#deps.intakeKey(time.slice(0, 10))),
      headers,
    }
  }
}

function resultOf(one: Judged, status: ItemStatus): Settled {
  return { index: one.index, status, messageId: one.messageId, numbers: one.numbers, error: undefined }
}

function conflictOf(one: Judged): Settled {
  return {
    index: one.index,
    status: 'conflict',
    messageId: undefined,
    numbers: one.numbers,
    error: new HubError('HUB_RECEIVE_CONFLICT'),
  }
}
