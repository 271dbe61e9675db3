// The provincial gateway before the coordination system: checks key, clock and signature, answers 401 with bare text.
import { irsSignature, type SimulatorAnswer, type SimulatorRequest } from '../sdk.ts'

const skewMs = 90_000
const zoneMs = 8 * 3_600_000

/** The 401 answer, or undefined when the call may pass. */
export function gate(
  request: SimulatorRequest,
  credential: { readonly accessKey?: string; readonly secret?: string },
  now: Date,
): SimulatorAnswer | undefined {
  const accessKey = request.headers['x-bg-hmac-access-key'] ?? ''
  const date = request.headers['x-bg-date-time'] ?? ''
  if (accessKey === '' || accessKey !== credential.accessKey) return refused('Invalid access key')
  // The manual says GMT+8 while its samples use UTC: both pass.
  const said = Date.parse(date)
  const apart = Math.min(Math.abs(said - now.getTime()), Math.abs(said - zoneMs - now.getTime()))
  if (!(apart <= skewMs)) return refused('Clock skew exceeded')
  const algorithm = request.headers['x-bg-hmac-algorithm']
  const signature = irsSignature(credential.secret ?? '', request, accessKey, date)
  return algorithm === 'hmac-sha256' && signature === request.headers['x-bg-hmac-signature']
    ? undefined
    : refused('Invalid signature')
}

function refused(text: string): SimulatorAnswer {
  return { status: 401, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: Buffer.from(text) }
}
