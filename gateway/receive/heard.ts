// What the hub heard from a system and answered, for those who watch it: ids, codes and times, no value.
import type { HttpMessage, Json } from '#connectors/sdk.ts'
import type { HubError } from '#schemas/errors.ts'
import type { Judged, Refused } from './judge.ts'
import type { Route } from './route.ts'

/** A call with its answer, or the messages that came by a call, a file or a table. */
export interface Heard {
  readonly system: string
  readonly message: string
  /** HTTP status of the answer; null: told of messages, not of a call. */
  readonly status: number | null
  /** When the whole call was turned away. */
  readonly fault: Fault | null
  /** Unix milliseconds by which the caller signed; null where nothing says it. */
  readonly signedAt: number | null
  readonly items: readonly HeardItem[]
}

export interface HeardItem {
  readonly messageId: string | null
  /** Of the first usable own number. */
  readonly numberKey: string | null
  readonly status: 'received' | 'duplicate' | 'conflict' | 'refused'
  readonly fault: Fault | null
  /** How its Chinese text arrived. */
  readonly text: 'none' | 'whole' | 'broken'
}

export interface Fault {
  readonly code: string
  readonly pointer: string | null
  readonly rule: string | null
}

/** What the intake says of one message. */
interface Ended {
  readonly status: HeardItem['status']
  readonly messageId: string | undefined
  readonly error: HubError | undefined
}

/** Who listens to a system now, if anybody: nothing is made of what nobody hears. */
export type Listener = (system: string) => ((heard: Heard) => void) | undefined

export function heardCall(
  route: Route,
  request: Pick<HttpMessage, 'headers'>,
  status: number,
  error?: HubError,
): Heard {
  const signedAt = Date.parse(request.headers['x-bg-date-time'] ?? '')
  return {
    system: route.system.id,
    message: route.message,
    status,
    fault: error ? faultOf(error) : null,
    signedAt: Number.isNaN(signedAt) ? null : signedAt,
    items: [],
  }
}

export function heardItems(route: Route, judged: readonly (Judged | Refused)[], settled: readonly Ended[]): Heard {
  const items = settled.map(({ status, messageId, error }, at) => {
    const one = judged[at]
    const taken = one && 'item' in one ? one : undefined
    return {
      messageId: messageId ?? null,
      numberKey: taken?.numberKey ?? null,
      status,
      fault: error ? faultOf(error) : null,
      text: taken ? textOf(taken.item.tree) : ('none' as const),
    }
  })
  return { system: route.system.id, message: route.message, status: null, fault: null, signedAt: null, items }
}

function faultOf({ code, facts }: HubError): Fault {
  const word = (fact: HubError['facts'][string]) => (fact === undefined ? null : String(fact))
  return { code, pointer: word(facts.pointer), rule: word(facts.rule) }
}

// A replacement sign, or the characters that two of them become when bytes of one charset are read as another.
function textOf(tree: Json): HeardItem['text'] {
  const text = JSON.stringify(tree)
  if (/\ufffd|锟斤拷/.test(text)) return 'broken'
  return /\p{Script=Han}/u.test(text) ? 'whole' : 'none'
}
