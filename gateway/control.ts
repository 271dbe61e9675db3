// Pause and resume of a system: kept in a compacted topic, so that it outlives a restart and reaches every process.
import type { Producer, Reader } from './kafka/port.ts'

export interface Control {
  isPaused(system: string): boolean
  pause(system: string, by: string): Promise<void>
  resume(system: string, by: string): Promise<void>
  stop(): void
}

export interface ControlDeps {
  readonly reader: Reader
  readonly producer: Producer
  readonly topic: string
  readonly now: () => Date
  readonly log: { warn(facts: object, text: string): void }
}

/** Follows the registry topic; resolves when its present end has been read. */
export async function followControl(deps: ControlDeps): Promise<Control> {
  const paused = new Set<string>()
  let next: bigint | 'start' = 'start'
  let stopped = false

  async function read(waitMs: number): Promise<boolean> {
    const page = await deps.reader.page(deps.topic, 0, next, { waitMs })
    for (const one of page.records) {
      if (!one.key?.startsWith('paused:')) continue
      if (one.value === null) paused.delete(one.key.slice(7))
      else paused.add(one.key.slice(7))
    }
    next = page.next
    return page.next >= page.end
  }
  while (!(await read(0)));
  const following = (async () => {
    while (!stopped) {
      await read(1000).catch(async (error: Error) => {
        if (stopped) return
        deps.log.warn({ code: error.message }, 'control.unreadable')
        await new Promise(done => setTimeout(done, 1000))
      })
    }
  })()
  following.catch(() => undefined)

  const say = async (system: string, value: Buffer | null) => {
    await deps.producer.send([{ topic: deps.topic, key: `paused:${system}`, value }])
    if (value === null) paused.delete(system)
    else paused.add(system)
  }
  return {
    isPaused: system => paused.has(system),
    pause: (system, by) => say(system, Buffer.from(JSON.stringify({ by, at: deps.now().toISOString() }))),
    resume: system => say(system, null),
    stop() {
      stopped = true
    },
  }
}
