// What the failure of a call means: nothing was sent, it may have been taken in, or its answer cannot be read.
import { type ErrorCode, HubError, isHubError } from '#schemas/errors.ts'

/** Nothing reached the receiver, and nothing that is wrong lies in the message. */
export const unsentCodes = [
  'HUB_DELIVER_UNREACHABLE',
  'HUB_DELIVER_ADDRESS',
  'HUB_DELIVER_CERT_ENDED',
  'HUB_DELIVER_CERT_NAME',
  'HUB_DELIVER_CERT_UNKNOWN',
] as const satisfies ErrorCode[]

const ofCertificates: Readonly<Record<string, ErrorCode>> = {
  CERT_HAS_EXPIRED: 'HUB_DELIVER_CERT_ENDED',
  CERT_NOT_YET_VALID: 'HUB_DELIVER_CERT_ENDED',
  ERR_TLS_CERT_ALTNAME_INVALID: 'HUB_DELIVER_CERT_NAME',
  HOSTNAME_MISMATCH: 'HUB_DELIVER_CERT_NAME',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'HUB_DELIVER_CERT_UNKNOWN',
  SELF_SIGNED_CERT_IN_CHAIN: 'HUB_DELIVER_CERT_UNKNOWN',
  UNABLE_TO_GET_ISSUER_CERT: 'HUB_DELIVER_CERT_UNKNOWN',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'HUB_DELIVER_CERT_UNKNOWN',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'HUB_DELIVER_CERT_UNKNOWN',
  CERT_SIGNATURE_FAILURE: 'HUB_DELIVER_CERT_UNKNOWN',
  CERT_UNTRUSTED: 'HUB_DELIVER_CERT_UNKNOWN',
  CERT_REJECTED: 'HUB_DELIVER_CERT_UNKNOWN',
  INVALID_CA: 'HUB_DELIVER_CERT_UNKNOWN',
  INVALID_PURPOSE: 'HUB_DELIVER_CERT_UNKNOWN',
}

const unreadable = ['ANSWER_TOO_LARGE', 'TOO_MANY_INTERIM', 'UND_ERR_HEADERS_OVERFLOW', 'HTTPParserError']

/** What is none of the receiver's doing, as a header that no request may have, comes back as it is. */
export function faultOf(error: unknown, system: string, isSent: boolean): unknown {
  const cause = causeOf(error)
  if (isSent) {
    const code = unreadable.includes(cause) ? 'HUB_DELIVER_ANSWER' : 'HUB_DELIVER_CUT'
    return new HubError(code, { system, cause }, error)
  }
  if (cause === 'UND_ERR_INVALID_ARG') return error
  if (isHubError(error, 'HUB_DELIVER_ADDRESS')) return new HubError(error.code, { ...error.facts, system }, error)
  return new HubError(ofCertificates[cause] ?? 'HUB_DELIVER_UNREACHABLE', { system, cause }, error)
}

function causeOf(error: unknown): string {
  const { code, name, cause, errors } = error as { code?: string; name?: string; cause?: unknown; errors?: unknown[] }
  if (code) return code
  if (errors?.[0]) return causeOf(errors[0])
  return cause ? causeOf(cause) : (name ?? 'unknown')
}
