// The bench's messages, as connectors/bench.yaml says them, and how their sender signs them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { irsHeaders } from '#connectors/sdk.ts'
import { demoCredentials } from '#gateway/index.ts'

export interface Traffic {
  readonly from: { readonly system: string; readonly message: string }
  readonly to: { readonly subscription: string; readonly answer: unknown; readonly marker: string }
  /** The text of message number n. */
  textOf(n: number): string
}

export function readTraffic(root: string): Traffic {
  const file = parse(readFileSync(join(root, 'connectors', 'bench.yaml'), 'utf8')) as Pick<Traffic, 'from' | 'to'> & {
    readonly native: unknown
  }
  const parts = JSON.stringify(file.native).split('{n}')
  return { from: file.from, to: file.to, textOf: n => parts.join(String(n).padStart(7, '0')) }
}

export interface SignedCall {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** Signs a call of its own: the scheme signs no body, so a signature that comes again with another body is refused.
 *  The query makes two calls of the same second differ. */
export function signer({ from }: Traffic): (nonce: string) => SignedCall {
  const { accessKey = '', secret = '' } = demoCredentials(from.system).inbound
  const path = `/in/${from.system}/${from.message}`
  return nonce => {
    const signed = irsHeaders({ accessKey, secret }, { method: 'POST', path, query: { nonce } }, new Date())
    return { path: `${path}?nonce=${nonce}`, headers: { 'content-type': 'application/json; charset=utf-8', ...signed } }
  }
}
