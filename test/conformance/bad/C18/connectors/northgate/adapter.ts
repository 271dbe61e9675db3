// Calls carry the token in a header of their own.
import { sep } from 'node:path'
import type { Adapter } from '../sdk.ts'

export const adapter: Adapter = {
  request: call => ({
    method: 'POST',
    path: `${sep}note`,
    headers: { 'content-type': 'application/json', 'x-token': call.credentials.token ?? '' },
    body: Buffer.from(JSON.stringify(call.native)),
  }),
}
