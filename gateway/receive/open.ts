// From the body of a request to its native messages: charset, format, and where it stops being readable.
import { type HttpMessage, type Json, UnreadableError } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import { charsetOf } from '../formats/encodings.ts'
import { maxDepth } from '../formats/json.ts'
import { jsonUtf8 } from '../formats/json-reader.ts'
import type { Whole } from '../formats/read.ts'
import { openWhole } from '../formats/reader.ts'
import { mediaTypeOf, takes } from './media-types.ts'
import type { Route } from './route.ts'

/** Throws HUB_RECEIVE_CONTENT_TYPE (415). A request without a content type is read as the format says. */
export function checkContentType(route: Route, contentType: string | undefined): void {
  const type = mediaTypeOf(contentType)
  if (type !== '' && !takes(route.format, type)) throw new HubError('HUB_RECEIVE_CONTENT_TYPE', { rule: 'MEDIA_TYPE' })
  charsetOf(contentType)
}

/** Throws HUB_RECEIVE_UNREADABLE (400) or HUB_RECEIVE_TOO_LARGE (413). */
export function openBody(route: Route, request: HttpMessage): Whole {
  if (route.format.format === 'adapter') return openByAdapter(route, request)
  return openWhole(request.body, request.headers['content-type'], route.format)
}

function openByAdapter({ adapter, message }: Route, request: HttpMessage): Whole {
  try {
    const items = adapter.open?.(request, message) ?? []
    if (items.length === 0) throw new UnreadableError('', 'EMPTY_LIST')
    if (items.some(item => isDeep(item.tree, maxDepth))) throw new UnreadableError('', `NESTED_DEEPER_THAN_${maxDepth}`)
    const reads = items.map((item, index) => ({ ...item, index, contentType: jsonUtf8 }))
    return { reads, many: items.length > 1 }
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
