// Calls carry the token in a header of their own.
import type { Adapter } from '../sdk.ts'

export const adapter: Adapter = {
  request: call => ({
    method: 'POST',
    path: '/note',
    headers: { 'content-type': 'application/json', 'x-token': call.credentials.token ?? '' },
    body: Buffer.from(JSON.stringify(call.native)),
  }),
}
