// The sender, a process of its own: open loop at a fixed rate, each number's messages one after the other, sent again
// until answered, as a real sender would. Each answer goes to a journal that is on the disk before it counts.
// Arguments: the options as JSON. SIGTERM: nothing new from then on. Ends with one line of JSON.
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { irsHeaders } from '#connectors/sdk.ts'
import { atRate, type Insisted, insistent, type Wire } from '../../helpers/insist.ts'
import type { Planned, TrafficOptions } from './traffic.ts'
import { traffic } from './traffic.ts'

export interface SenderOptions extends TrafficOptions {
  readonly port: number
  readonly rate: number
  readonly journal: string
  /** How long it waits for an answer. */
  readonly timeoutMs?: number
}

/** One line of the journal. */
export interface Answered extends Insisted {
  readonly index: number
}

export interface SenderSummary {
  readonly startedAt: number
  readonly endedAt: number
  readonly answered: number
  readonly retries: number
  readonly statuses: Readonly<Record<string, number>>
  /** Answers after which the message was sent again, and what kept others from being answered. */
  readonly odd: Readonly<Record<string, number>>
}

let nonce = 0
let enough = false
const told = new Error('told to end')

function wire({ system, body, key }: Planned): Wire {
  const json = JSON.stringify(body)
  if (system === 'hotline-12345')
    return {
      path: `/in/${system}/order`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ httpRequestVerify: 'drill-token', jsonData: `[${json}]` }).toString(),
    }
  nonce += 1
  // The scheme signs no body: the nonce makes the signature this message's own.
  const query = { nonce: `${process.pid}-${nonce}` }
  const path = `/in/${system}/case`
  const signed = irsHeaders({ accessKey: 'drill-ak', secret: 'drill-sk' }, { method: 'POST', path, query }, new Date())
  return {
    path: `${path}?nonce=${query.nonce}`,
    headers: { 'content-type': 'application/json', ...signed, ...(key ? { 'idempotency-key': key } : {}) },
    body: json,
  }
}

async function main(options: SenderOptions): Promise<SenderSummary> {
  const file = openSync(options.journal, 'a')
  let waiting: Answered[] = []
  const flush = (): void => {
    if (waiting.length === 0) return
    writeSync(file, waiting.map(one => `${JSON.stringify(one)}\n`).join(''))
    fsyncSync(file)
    waiting = []
  }
  const flushing = setInterval(flush, 20)
  const statuses: Record<string, number> = {}
  let answers = 0
  let retries = 0
  const tails = new Map<number, Promise<void>>()
  const { messages } = traffic(options)
  const caller = insistent(options.port, options.timeoutMs)
  const startedAt = Date.now()
  process.once('SIGTERM', () => {
    enough = true
  })
  await atRate(options.rate, messages.length, next => {
    if (enough) throw told
    const message = messages[next]!
    const work = async (): Promise<void> => {
      const answered = await caller.send(() => wire(message))
      waiting.push({ index: message.index, ...answered })
      answers += 1
      retries += answered.tries - 1
      statuses[answered.status] = (statuses[answered.status] ?? 0) + 1
    }
    tails.set(message.strand, (tails.get(message.strand) ?? Promise.resolve()).then(work))
  }).catch(error => {
    if (error !== told) throw error
  })
  await Promise.all(tails.values())
  clearInterval(flushing)
  flush()
  closeSync(file)
  caller.close()
  return { startedAt, endedAt: Date.now(), answered: answers, retries, statuses, odd: caller.odd }
}

// Whoever started it is gone.
process.on('disconnect', () => process.exit(1))
process.channel?.unref()
process.stdout.write(`${JSON.stringify(await main(JSON.parse(process.argv[2]!) as SenderOptions))}\n`)
