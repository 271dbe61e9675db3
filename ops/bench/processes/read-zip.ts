// Reads one zip file as a file door does, chunk by chunk, and says how much memory that took beyond a short file of the kind.
import { createReadStream } from 'node:fs'
import { openStream } from '#gateway/index.ts'
import type { MessageFormat } from '#schemas/files.ts'
import { onAsk, readJob, say } from './job.ts'

export interface ReadZipJob {
  readonly short: string
  readonly long: string
  readonly format: MessageFormat
}

export interface ReadZipResult {
  readonly messages: number
  readonly seconds: number
  readonly grownBytes: number
}

onAsk({})
const job = readJob<ReadZipJob>()
await read(job.short)
const before = process.memoryUsage.rss()
const began = performance.now()
const { messages, peak } = await read(job.long)
say('done', {
  messages,
  seconds: (performance.now() - began) / 1000,
  grownBytes: peak - before,
} satisfies ReadZipResult)

async function read(path: string): Promise<{ messages: number; peak: number }> {
  let messages = 0
  let peak = 0
  for await (const chunk of openStream(createReadStream(path), undefined, job.format)) {
    messages += chunk.length
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  return { messages, peak }
}
