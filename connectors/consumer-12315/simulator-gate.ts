// The provincial gateway before the platform: key, clock and signature of every call, bare text where one is wrong.
import { irsSignature, type SimulatorAnswer, type SimulatorRequest } from '../sdk.ts'

const skewMs = 90_000
const zoneMs = 8 * 3_600_000

/** Why a caller is turned away, or undefined for one who may pass. */
export function turnedAway(
  { headers, ...request }: SimulatorRequest,
  keys: Readonly<Record<string, string>>,
  now: Date,
): SimulatorAnswer | undefined {
  const date = headers['x-bg-date-time'] ?? ''
  if (!keys.accessKey || headers['x-bg-hmac-access-key'] !== keys.accessKey) return plain('Invalid access key')
  // Its manual says GMT+8, its samples say UTC: either will do.
  const ahead = Date.parse(date) - now.getTime()
  if (!(Math.min(Math.abs(ahead), Math.abs(ahead - zoneMs)) <= skewMs)) return plain('Clock skew exceeded')
  const due = irsSignature(keys.secret ?? '', request, keys.accessKey, date)
  return headers['x-bg-hmac-signature'] === due ? undefined : plain('Invalid signature')
}

function plain(text: string): SimulatorAnswer {
  return { status: 401, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: Buffer.from(text) }
}
