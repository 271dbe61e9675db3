// connectors/<id>/exchanges.yaml: what a department's system must show before it is connected. Words for people,
// expectations as data; the JSON Schema stands in schemas/files/exchanges.schema.json.

export interface Words {
  readonly zh: string
  readonly en: string
}

/** The whole script of one connector; exchanges run in this order. */
export interface Script {
  readonly version: number
  readonly exchanges: readonly Exchange[]
}

export interface Exchange {
  readonly id: string
  readonly title: Words
  /** Whose turn it is: the department's system, or the hub. */
  readonly who: 'system' | 'hub'
  /** What is to be done, for the people of the department. */
  readonly do: Words
  /** File of samples/valid or samples/invalid that shows such a message. */
  readonly sample?: string
  /** What the department must make its system do while the hub acts. */
  readonly act?: 'refuse' | 'outage'
  readonly expect: Expectation
  /** Seconds until it counts as missing. */
  readonly within?: number
}

export type Expectation =
  /** A message is taken in and becomes events. `updates`: of the same number as that exchange, with other content. */
  | {
      readonly kind: 'taken'
      readonly message: string
      readonly reaches?: readonly string[]
      readonly updates?: string
    }
  /** The message of an earlier exchange comes again, unchanged, and gets the same receipt. */
  | { readonly kind: 'repeat'; readonly of: string }
  /** A message is turned away with one of these codes of the catalogue; without `message` any counts. */
  | { readonly kind: 'refused'; readonly message?: string; readonly codes: readonly string[] }
  /** Calls that were let in were signed by a clock this close to ours. */
  | { readonly kind: 'clock'; readonly maxSkewSeconds: number }
  /** Chinese text of the messages taken so far arrived whole. */
  | { readonly kind: 'charset' }
  | Outgoing<'delivered'>
  /** The system refuses, and its refusal can be read. */
  | Outgoing<'refusal'>
  /** The system fails first, and takes the message in when the hub comes again. */
  | Outgoing<'recovery'>
  /** What was delivered comes back as a proceeding of the system's own, in the same case. */
  | { readonly kind: 'joined'; readonly of: string }
  /** A second copy of what was delivered is answered as the manifest's `repeats` says. */
  | { readonly kind: 'copy'; readonly of: string }
  /** Asked by our number, the system says what it has, and what it has not. */
  | { readonly kind: 'look-up'; readonly of: string }

/** The hub makes a case and delivers it as `message`. */
export interface Outgoing<K extends 'delivered' | 'refusal' | 'recovery'> {
  readonly kind: K
  readonly message: string
  /** Outbound inputs under mappings/<id>/golden, without their ending: the first that the system's subscription asks for. */
  readonly cases: readonly string[]
  /** Not a case of its own, but news in the case of that exchange. */
  readonly about?: string
}

export type Kind = Expectation['kind']
/** The expectations of one kind. */
export type Expected<K extends Kind> = Extract<Expectation, { kind: K }>

/** Names of earlier exchanges that an expectation builds on. */
export function foundation(expect: Expectation): readonly string[] {
  const named = [
    'of' in expect ? expect.of : undefined,
    'updates' in expect ? expect.updates : undefined,
    'about' in expect ? expect.about : undefined,
  ]
  return named.filter(one => one !== undefined)
}
