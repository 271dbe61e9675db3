// An open-loop sender: a message is due when its time has come, however slow the answers are, and its latency counts from then.
import { Pool } from 'undici'
import { readTraffic, signer } from '../traffic.ts'
import { clock, onAsk, readJob, say } from './job.ts'

export interface Sent {
  readonly n: number
  readonly dueAt: number
  readonly answeredAt: number
  readonly messageId: string
}

export interface SenderJob {
  readonly url: string
  readonly perSecond: number
  readonly seconds: number
}

// Stays until the bench has heard it.
onAsk({})
const job = readJob<SenderJob>()
const traffic = readTraffic(job.root)
const sign = signer(traffic)
const pool = new Pool(job.url, { connections: 64, pipelining: 1 })
const total = job.perSecond * job.seconds
const sent: Sent[] = []
let failed = 0
let open = 0
let lateMs = 0

async function send(n: number, dueAt: number): Promise<void> {
  lateMs = Math.max(lateMs, clock() - dueAt)
  const { path, headers } = sign(String(n))
  open += 1
  try {
    const answer = await pool.request({ method: 'POST', path, headers, body: traffic.textOf(n) })
    await answer.body.dump()
    if (answer.statusCode === 202 || answer.statusCode === 200)
      sent.push({ n, dueAt, answeredAt: clock(), messageId: String(answer.headers['hub-message-id']) })
    else failed += 1
  } catch {
    failed += 1
  }
  open -= 1
}

const startAt = clock() + 100
let next = 0
while (next < total) {
  for (let due = startAt + (next * 1000) / job.perSecond; next < total && due <= clock(); ) {
    void send(next + 1, due)
    next += 1
    due = startAt + (next * 1000) / job.perSecond
  }
  await new Promise(done => setTimeout(done, 1))
}
while (open > 0) await new Promise(done => setTimeout(done, 10))
say('done', { sent, failed, lateMs, startAt })
