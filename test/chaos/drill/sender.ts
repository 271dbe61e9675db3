// The sender, a process of its own: open loop at a fixed rate, each number's messages one after the other, sent again
// until answered, as a real sender would. Each answer goes to a journal that is on the disk before it counts.
// Arguments: the options as JSON. Ends with one line of JSON.
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { irsHeaders } from '#connectors/sdk.ts'
import type { Planned, TrafficOptions } from './traffic.ts'
import { traffic } from './traffic.ts'

export interface SenderOptions extends TrafficOptions {
  readonly port: number
  readonly rate: number
  readonly journal: string
}

/** One line of the journal. */
export interface Answered {
  readonly index: number
  readonly status: number
  readonly messageId: string
  readonly at: number
  readonly tries: number
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

interface Answer {
  readonly status: number
  readonly messageId: string
}

const agent = new Agent({ keepAlive: true })
const atOnce = 64
let nonce = 0
let calling = 0
const queue: (() => void)[] = []

// Waits for its turn before it signs: a signature is fresh for ninety seconds only.
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (calling >= atOnce) await new Promise<void>(done => queue.push(done))
  calling += 1
  try {
    return await work()
  } finally {
    calling -= 1
    queue.shift()?.()
  }
}

function call(options: SenderOptions, message: Planned): Promise<Answer> {
  const { path, headers, body } = wire(message)
  return new Promise((resolve, reject) => {
    const sent = request(
      { port: options.port, host: '127.0.0.1', method: 'POST', path, headers, agent, timeout: 8000 },
      answer => {
        answer.resume()
        answer.on('end', () =>
          resolve({ status: answer.statusCode!, messageId: String(answer.headers['hub-message-id'] ?? '-') }),
        )
        answer.on('error', reject)
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('timeout')))
    sent.on('error', reject)
    sent.end(body)
  })
}

function wire({ system, body, key }: Planned): { path: string; headers: Record<string, string>; body: string } {
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

const odd: Record<string, number> = {}
const count = (name: string): void => {
  odd[name] = (odd[name] ?? 0) + 1
}

const pause = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))

async function untilAnswered(options: SenderOptions, message: Planned): Promise<Answered> {
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await inTurn(() => call(options, message))
      if (answer.status < 500 && ![401, 429].includes(answer.status))
        return { index: message.index, ...answer, at: Date.now(), tries }
      count(String(answer.status))
    } catch (error) {
      // Not answered: perhaps stored, perhaps not. The same again.
      count((error as NodeJS.ErrnoException).code ?? (error as Error).message)
    }
    await pause(300 + Math.random() * 300)
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
  let retries = 0
  const tails = new Map<number, Promise<void>>()
  const { messages } = traffic(options)
  const startedAt = Date.now()
  for (let next = 0; next < messages.length; await pause(5)) {
    const due = Math.floor(((Date.now() - startedAt) / 1000) * options.rate)
    for (; next < messages.length && next <= due; next += 1) {
      const message = messages[next]!
      const work = async (): Promise<void> => {
        const answered = await untilAnswered(options, message)
        waiting.push(answered)
        retries += answered.tries - 1
        statuses[answered.status] = (statuses[answered.status] ?? 0) + 1
      }
      tails.set(message.strand, (tails.get(message.strand) ?? Promise.resolve()).then(work))
    }
  }
  await Promise.all(tails.values())
  clearInterval(flushing)
  flush()
  closeSync(file)
  agent.destroy()
  return { startedAt, endedAt: Date.now(), answered: messages.length, retries, statuses, odd }
}

process.stdout.write(`${JSON.stringify(await main(JSON.parse(process.argv[2]!) as SenderOptions))}\n`)
