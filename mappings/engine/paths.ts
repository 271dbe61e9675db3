// Paths of the language: JSON pointers from the current item, from the whole message ($/) or from the context (@/).

export interface Path {
  readonly from: 'item' | 'root' | 'context'
  readonly segments: readonly string[]
}

const contextNames = ['system', 'area6', 'prefecture4', 'today', 'receivedAt', 'caseId', 'deliveryId']

// Names that every object inherits: reading them would not read the message.
const inherited = new Set(Object.getOwnPropertyNames(Object.prototype))

/** Why `text` is no path, or undefined. */
export function pathFault(text: string): string | undefined {
  if (text === '') return undefined
  if (!/^[$@]?\//.test(text)) return "it is neither '' nor starts with /, $/ or @/"
  const segments = text.slice(text.indexOf('/') + 1).split('/')
  if (segments.some(s => s === '')) return 'a segment is empty'
  if (segments.some(s => /~(?![01])/.test(s))) return '~ must be written ~0'
  if (segments.some(s => inherited.has(s))) return 'a segment is a reserved name'
  if (text.startsWith('@') && (segments.length !== 1 || !contextNames.includes(segments[0]!)))
    return `the context has ${contextNames.join(', ')}`
  return undefined
}

export function readPath(text: string): Path {
  const from = text.startsWith('$') ? 'root' : text.startsWith('@') ? 'context' : 'item'
  if (text === '') return { from, segments: [] }
  return {
    from,
    segments: text
      .slice(text.indexOf('/') + 1)
      .split('/')
      .map(unescapeSegment),
  }
}

export function pointer(segments: readonly string[]): string {
  return segments.map(s => `/${s.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

export function isIndex(segment: string): boolean {
  return /^(0|[1-9]\d{0,5})$/.test(segment)
}

/** Segments of a target: dotted for inbound mappings, a JSON pointer for outbound ones. */
export function targetSegments(target: string): string[] {
  return target.startsWith('/') ? target.slice(1).split('/').map(unescapeSegment) : target.split('.')
}

export function targetFault(target: string, pointerWanted: boolean): string | undefined {
  if (pointerWanted) return target.startsWith('/') ? pathFault(target) : 'a native target starts with /'
  return /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/.test(target) && !target.split('.').some(s => inherited.has(s))
    ? undefined
    : 'a canonical target is written like proceeding.status'
}

function unescapeSegment(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~')
}
