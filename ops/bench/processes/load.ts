// A closed-loop load: each connection sends its next signed message as soon as the last one was answered.
import { Client } from 'undici'
import { readTraffic, signer } from '../traffic.ts'
import { cpuMicros, onAsk, readJob, say } from './job.ts'

export interface LoadJob {
  readonly url: string
  readonly connections: number
  readonly warmSeconds: number
  readonly seconds: number
  /** Numbers already used by an earlier run on the same hub must not come again. */
  readonly firstNumber: number
}

export interface LoadResult {
  readonly answered: number
  readonly refused: number
  readonly seconds: number
  readonly cpuMicros: number
  readonly waitsMs: readonly number[]
}

// Stays until the bench has heard it.
onAsk({})
const job = readJob<LoadJob>()
const traffic = readTraffic(job.root)
const sign = signer(traffic)
let next = job.firstNumber
let answered = 0
let refused = 0
let waitsMs: number[] = []
let stopped = false

async function connection(): Promise<void> {
  const client = new Client(job.url, { pipelining: 1 })
  while (!stopped) {
    const n = next++
    const { path, headers } = sign(String(n))
    const began = performance.now()
    const answer = await client.request({ method: 'POST', path, headers, body: traffic.textOf(n) })
    await answer.body.dump()
    if (answer.statusCode >= 300) refused += 1
    else answered += 1
    waitsMs.push(performance.now() - began)
  }
  await client.close()
}

const rest = (seconds: number) => new Promise(done => setTimeout(done, seconds * 1000))
const all = Promise.all(Array.from({ length: job.connections }, connection))
await rest(job.warmSeconds)
answered = 0
refused = 0
waitsMs = []
const cpu = cpuMicros()
const began = performance.now()
say('measuring')
await rest(job.seconds)
const seconds = (performance.now() - began) / 1000
const result: LoadResult = { answered, refused, seconds, cpuMicros: cpuMicros() - cpu, waitsMs }
stopped = true
say('done', result)
await all
