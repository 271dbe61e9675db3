// Quiet: for some seconds no topic of a hub has grown.
import { independentClient } from './independent.ts'

const watched = ['canonical', 'case-events', 'case-state', 'out.all', 'invalid']

export interface QuietOptions {
  readonly topics?: readonly string[]
  readonly quietMs?: number
  readonly withinMs?: number
}

export async function untilQuiet(
  brokers: string,
  prefix: string,
  { topics = watched, quietMs = 5000, withinMs = 240_000 }: QuietOptions = {},
): Promise<void> {
  const admin = independentClient(brokers).admin()
  await admin.connect()
  const deadline = Date.now() + withinMs
  let last = ''
  let since = Date.now()
  while (Date.now() < deadline && Date.now() - since < quietMs) {
    const ends = JSON.stringify(await Promise.all(topics.map(name => admin.fetchTopicOffsets(prefix + name))))
    if (ends !== last) since = Date.now()
    last = ends
    await new Promise(done => setTimeout(done, 200))
  }
  await admin.disconnect()
}
