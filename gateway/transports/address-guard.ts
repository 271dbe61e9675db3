// Guards calls to addresses that others chose (webhooks): the name is resolved once, every address is judged, and the
// judged address is the one that is connected to, so that a name cannot point elsewhere a moment later.
import { lookup as systemLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { HubError } from '#schemas/errors.ts'

type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>

export interface AddressGuard {
  /** Literal addresses never reach a lookup: they are judged here. Throws HUB_DELIVER_ADDRESS. */
  check(url: URL, system: string): void
  readonly lookup: LookupFunction
}

const refusedRanges = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // With the unspecified address, loopback and the old form of an IPv4 address inside.
  '::/96',
  // Translations of IPv4 addresses, which would lead anywhere.
  '::ffff:0:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/23',
  '2002::/16',
  '100::/64',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]

/** @param allowed CIDR ranges that may be reached although they are private */
export function addressGuard(allowed: readonly string[], resolve: Resolve = resolveAll): AddressGuard {
  const refused = listOf(refusedRanges)
  const allowedList = listOf(allowed)
  const mayReach = (address: string): boolean => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    return allowedList.check(address, family) || !refused.check(address, family)
  }
  return {
    check(url, system) {
      const host = url.hostname.replace(/^\[|\]$/g, '')
      const cause = faultOf(url) ?? (isIP(host) !== 0 && !mayReach(host) ? 'NETWORK' : undefined)
      if (cause) throw new HubError('HUB_DELIVER_ADDRESS', { system, cause })
    },
    lookup(host, options, done) {
      resolve(host).then(
        found => {
          const usable = found.filter(one => !options.family || one.family === Number(options.family))
          // One refused address spoils the name: who mixes public and private ones wants to be lucky.
          if (usable.length === 0 || !usable.every(one => mayReach(one.address)))
            return done(new HubError('HUB_DELIVER_ADDRESS', { cause: 'NETWORK' }), '', 0)
          if (options.all) return done(null, [...usable])
          return done(null, usable[0]!.address, usable[0]!.family)
        },
        (error: NodeJS.ErrnoException) => done(error, '', 0),
      )
    },
  }
}

function faultOf({ protocol, username, password, port }: URL): string | undefined {
  if (protocol !== 'https:' && protocol !== 'http:') return 'NO_HTTP'
  // It would not be sent, and it makes one host look like another.
  if (username !== '' || password !== '') return 'USER_INFO'
  return port === '0' ? 'PORT' : undefined
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return list
}

function resolveAll(host: string): ReturnType<Resolve> {
  return new Promise((done, failed) =>
    systemLookup(host, { all: true }, (error, found) => (error ? failed(error) : done(found))),
  )
}
