// From the body of a request to its native messages: charset, format, and where it stops being readable.
import { type HttpMessage, type Json, type NativeItem, UnreadableError } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import { charsetOf, decodeText, sniffCharset } from '../formats/encodings.ts'
import { maxDepth, parseJson, splitArray } from '../formats/json.ts'
import { maxMessageBytes } from './judge.ts'
import type { Route } from './route.ts'

export interface Opened {
  readonly items: readonly NativeItem[]
  /** Texts the items were read from, where they are JSON. */
  readonly texts: readonly string[] | undefined
  /** Of what is stored of an item. */
  readonly contentType: string
  /** The request holds a list, and is answered item by item. */
  readonly many: boolean
}

const jsonUtf8 = 'application/json; charset=utf-8'
const jsonType = /^(application|text)\/([a-z0-9.+-]+\+)?json$/
const adapterType =
  /^(application\/(x-www-form-urlencoded|json|xml|zip|octet-stream)|text\/(plain|xml|json|csv)|multipart\/form-data)$/

/** Throws HUB_RECEIVE_CONTENT_TYPE (415). A request without a content type is read as the format says. */
export function checkContentType(route: Route, contentType: string | undefined): void {
  const type = (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase()
  if (type !== '' && !(route.format === 'json' ? jsonType : adapterType).test(type))
    throw new HubError('HUB_RECEIVE_CONTENT_TYPE', { rule: 'MEDIA_TYPE' })
  charsetOf(contentType)
}

/** Throws HUB_RECEIVE_UNREADABLE (400) or HUB_RECEIVE_TOO_LARGE (413). */
export function openBody(route: Route, request: HttpMessage): Opened {
  return route.format === 'adapter' && route.adapter.open ? openByAdapter(route, request) : openJson(request)
}

function openJson(request: HttpMessage): Opened {
  const body = request.body
  const charset = sniffCharset(body, request.headers['content-type'])
  const text = decodeText(body, charset)
  const tree = parseJson(text)
  if (!Array.isArray(tree)) {
    const contentType = charset === 'utf-8' ? jsonUtf8 : `application/json; charset=${charset}`
    return { items: [{ tree, bytes: body }], texts: [text], contentType, many: false }
  }
  if (tree.length === 0) throw new HubError('HUB_RECEIVE_UNREADABLE', { pointer: '', rule: 'EMPTY_LIST' })
  const texts = splitArray(text)!
  return {
    items: tree.map((item, index) => ({ tree: item, bytes: Buffer.from(texts[index]!) })),
    texts,
    contentType: jsonUtf8,
    many: true,
  }
}

function openByAdapter(route: Route, request: HttpMessage): Opened {
  try {
    const items = route.adapter.open!(request, route.message)
    if (items.length === 0) throw new UnreadableError('', 'EMPTY_LIST')
    if (items.some(item => isDeep(item.tree, maxDepth))) throw new UnreadableError('', `NESTED_DEEPER_THAN_${maxDepth}`)
    return { items, texts: undefined, contentType: jsonUtf8, many: items.length > 1 }
  } catch (error) {
    // An adapter is pure: whatever it throws says that it cannot read this request.
    const { pointer, rule } = error instanceof UnreadableError ? error : { pointer: '', rule: 'FORMAT' }
    throw new HubError('HUB_RECEIVE_UNREADABLE', { pointer, rule })
  }
}

// What an adapter read is walked by recursion later: a tree without a bottom would end in a fault of ours.
function isDeep(tree: Json, left: number): boolean {
  if (typeof tree !== 'object' || tree === null) return false
  return left === 0 || Object.values(tree).some(child => isDeep(child, left - 1))
}

/** A body that no single message may have; lists are bounded apart. */
export const maxRequestBytes = 16 * maxMessageBytes
