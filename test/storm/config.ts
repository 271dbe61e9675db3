// The hub's configuration under the storm: one system a receiver, each with one webhook that asks for what is
// told to it.
import { demoCredentials } from '#gateway/index.ts'
import type { HubConfig, Subscription, SystemConfig } from '#schemas/files.ts'
import { tellerOf } from './event.ts'
import { type Endpoint, endpoints } from './plan.ts'

/** Those that send through the whole path: what they send goes to `calm`. */
export const senders = ['labour-arbitration', 'hotline-12345']

const secret = `whsec_${Buffer.from('a secret for storms only').toString('base64')}`
/** Never given up, and after the storm soon tried again. */
const retry = { attempts: 1000, firstWaitMs: 500, maxWaitMs: 5000 }

export function stormConfig(ports: Readonly<Record<Endpoint, number>>): HubConfig {
  const place = { area: '330106', prefecture: '3301' }
  const receivers = endpoints.map(
    (id): SystemConfig => ({
      id,
      connector: 'mt-coordination',
      ...place,
      ...inbound('irs-hmac', demoCredentials(id).inbound),
    }),
  )
  return {
    allowedNetworks: ['127.0.0.0/8'],
    systems: [
      {
        id: 'labour-arbitration',
        connector: 'labour-arbitration',
        ...place,
        ...inbound('irs-hmac', { accessKey: 'drill-ak', secret: 'drill-sk' }),
      },
      {
        id: 'hotline-12345',
        connector: 'hotline-12345',
        ...place,
        ...inbound('static-token', { token: 'drill-token' }),
      },
      ...receivers,
    ],
    subscriptions: endpoints.map(
      (id): Subscription => ({
        id,
        system: id,
        purpose: 'COORDINATE',
        basis: 'storm',
        filter: { systems: [tellerOf(id), ...(id === 'calm' ? senders : [])] },
        retry,
        door: { kind: 'webhook', url: `http://127.0.0.1:${ports[id]}/`, secrets: [secret] },
      }),
    ),
  }
}

function inbound(scheme: 'irs-hmac' | 'static-token', credentials: Readonly<Record<string, string>>) {
  return { inbound: { scheme, credentials } }
}
