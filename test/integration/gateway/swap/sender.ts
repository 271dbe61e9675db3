// Signed lists of messages to several systems at a fixed rate, each message of a case of its own; a process of its own, so that
// nothing slows it. Lists, because what is under load here is translating, not logging in.
// Arguments: the options as JSON. Ends with one line of JSON.
import { irsHeaders } from '#connectors/sdk.ts'
import { atRate, insistent, type Wire } from '../../../helpers/insist.ts'

export interface SenderOptions {
  readonly port: number
  /** Messages a second, and in all. */
  readonly rate: number
  readonly count: number
  readonly systems: readonly string[]
}

export interface Sent {
  readonly seconds: number
  /** Message ids as answered. */
  readonly ids: readonly string[]
  /** Answers that were not 202, and calls without one. */
  readonly odd: Readonly<Record<string, number>>
}

const listed = 5

function wire({ systems }: SenderOptions, index: number): Wire {
  const system = systems[index % systems.length]!
  const path = `/in/${system}/case`
  const query = { nonce: `${process.pid}-${index}-${Math.random()}` }
  const signed = irsHeaders(
    { accessKey: `ak-${system}`, secret: 'swap-sk' },
    { method: 'POST', path, query },
    new Date(),
  )
  const body = Array.from({ length: listed }, (_, i) => ({
    case_no: `浙杭西湖劳人仲案〔2026〕${index * listed + i + 1}号`,
    status: '申请',
    apply_at: '2026-03-02 09:00:00',
  }))
  return {
    path: `${path}?nonce=${query.nonce}`,
    headers: { 'content-type': 'application/json', ...signed },
    body: JSON.stringify(body),
  }
}

async function main(options: SenderOptions): Promise<Sent> {
  const caller = insistent(options.port)
  const ids: string[] = []
  const odd: Record<string, number> = {}
  const calls: Promise<void>[] = []
  const startedAt = Date.now()
  await atRate(options.rate / listed, options.count / listed, index => {
    const call = caller
      .send(() => wire(options, index))
      .then(({ status, messageId }) => {
        if (status === 202) ids.push(...messageId.split(', '))
        else odd[status] = (odd[status] ?? 0) + 1
      })
    calls.push(call)
  })
  await Promise.all(calls)
  caller.close()
  return { seconds: (Date.now() - startedAt) / 1000, ids, odd: { ...odd, ...caller.odd } }
}

process.stdout.write(`${JSON.stringify(await main(JSON.parse(process.argv[2]!) as SenderOptions))}\n`)
