// Judges one native message: refused with a reason, or fit to be stored, with its ids. Pure.
// Refused is only what cannot be used; every other fault is the mapping's to flag (domain.md 9.10, 9.11).
import type { ErrorObject } from 'ajv'
import type { Json } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import { uuidsIn } from '#schemas/uuid.ts'
import { maxMessageBytes } from '../formats/limits.ts'
import { isUnread, type Read, type ReadMessage } from '../formats/read.ts'
import { contentHash, wordAt } from './content.ts'
import type { Route } from './route.ts'
import { findHiddenMark, findMark, mayHoldMark, type SecrecyMark } from './secrecy.ts'

export interface Judged {
  readonly index: number
  /** Own numbers as sent. */
  readonly numbers: readonly string[]
  readonly item: ReadMessage
  readonly messageId: string
  /** Name of the idempotency key; undefined: the content identifies the message. */
  readonly hubKey: string | undefined
  readonly hash: string
  /** Of the first usable own number: keys in.<system>. */
  readonly numberKey: string
}

export interface Refused {
  readonly index: number
  readonly numbers: readonly string[]
  readonly error: HubError
}

/** Namespace of message ids and key names. Changing it would make repeats of earlier messages look new: it never changes. */
export const messageNamespace = 'd3f0a1c6-52b7-5b1e-9d0c-8f4a6e7b2c15'

const messageUuid = uuidsIn(messageNamespace)

/** @param key the Idempotency-Key that holds for this place */
export function judge(route: Route, read: Read, key: string | undefined): Judged | Refused {
  const { index } = read
  const numbers: string[] = []
  if (isUnread(read)) return { index, numbers, error: read.error }
  try {
    const item = read
    if (item.bytes.length > maxMessageBytes)
      throw new HubError('HUB_RECEIVE_TOO_LARGE', { limit: maxMessageBytes, pointer: '', rule: 'MAX_BYTES' })
    const mark = markIn(item)
    if (mark) throw new HubError('HUB_RECEIVE_SECRET_MARK', { pointer: mark.pointer, rule: 'SECRET_MARK' })
    if (route.contract && !route.contract(item.tree)) throw contractError(route.contract.errors)
    const numberKey = readNumbers(route, item.tree, numbers)
    const hash = contentHash(item.tree, route.volatile)
    const system = route.system.id
    const name = key === undefined ? repeatKeyOf(route, item.tree) : `header\n${key}`
    return {
      index,
      numbers,
      item,
      hash,
      numberKey,
      hubKey: name === undefined ? undefined : messageUuid(`${system}\n${name}`),
      messageId: messageUuid(name === undefined ? `${system}\ncontent\n${hash}` : `${system}\nkey\n${name}\n${hash}`),
    }
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    return { index, numbers, error }
  }
}

function markIn({ tree, text, beside = [] }: ReadMessage): SecrecyMark | undefined {
  if (text !== undefined) return mayHoldMark(text) ? (findMark(tree) ?? findHiddenMark(text)) : undefined
  return findMark(tree) ?? (findMark([...beside]) && { pointer: '' })
}

function readNumbers(route: Route, tree: Json, asSent: string[]): string {
  let found: string | undefined
  for (const { segments, families } of route.numbers) {
    const word = wordAt(tree, segments)
    if (word === undefined) continue
    asSent.push(word)
    for (const family of families) found ??= route.identifiers.normalise(word, route.context, family)?.numberKey
  }
  if (found !== undefined) return found
  throw new HubError('HUB_RECEIVE_NO_NUMBER', {
    pointer: route.numbers[0]?.pointer ?? '',
    rule: 'NO_OWN_NUMBER',
  })
}

function repeatKeyOf(route: Route, tree: Json): string | undefined {
  if (route.repeatKey.length === 0) return undefined
  let name = `fields\n${route.message}`
  for (const segments of route.repeatKey) {
    const word = wordAt(tree, segments)
    if (word === undefined) return undefined
    name += `\n${JSON.stringify(word)}`
  }
  return name
}

// The last error is the outermost: of an anyOf the anyOf itself, not the first of its branches.
function contractError(errors: readonly ErrorObject[] | null | undefined): HubError {
  const error = errors?.at(-1)
  const missing =
    error?.keyword === 'required' ? `/${(error.params as { missingProperty: string }).missingProperty}` : ''
  return new HubError('HUB_RECEIVE_CONTRACT', {
    pointer: `${error?.instancePath ?? ''}${missing}`,
    rule: error?.keyword,
  })
}
