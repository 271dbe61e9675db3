// Whatever goes wrong with a request → the HubError its sender hears.
import { HubError, isHubError } from '#schemas/errors.ts'
import { maxWholeBytes } from '../formats/limits.ts'

export interface FaultLog {
  error(facts: object, text: string): void
}

export function asHubError(error: unknown, log: FaultLog): HubError {
  if (isHubError(error)) return error
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new HubError('HUB_RECEIVE_TOO_LARGE', { limit: maxWholeBytes, pointer: '', rule: 'MAX_BYTES' })
  if (statusCode === 415) return new HubError('HUB_RECEIVE_CONTENT_TYPE', { rule: 'MEDIA_TYPE' })
  if (statusCode !== undefined && statusCode < 500)
    return new HubError('HUB_RECEIVE_UNREADABLE', { pointer: '', rule: 'HTTP' })
  // The text of a foreign error may quote the message: only its name and its place in our code are logged.
  const stack = (error as Error).stack?.split('\n').filter(line => line.startsWith('    at ')) ?? []
  log.error({ error: (error as Error).name, at: stack[0]?.trim() }, 'receive.failed')
  return new HubError('HUB_RECEIVE_UNAVAILABLE')
}

/** For the count of what was received. */
export function statusWord(error: HubError): string {
  const status = error.entry.status
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 429) return 'busy'
  return status >= 500 || status === 0 ? 'unavailable' : 'refused'
}
