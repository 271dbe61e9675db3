// The loop of a source: what is stored is settled, what is not is given back, what cannot be read is ended with its reason.
import { describe, expect, it, onTestFinished } from 'vitest'
import { type ItemResult, UnreadableError } from '#connectors/sdk.ts'
import type { Desk } from '#gateway/sources/desk.ts'
import { runSource } from '#gateway/sources/loop.ts'
import type { Find, SourceItem } from '#gateway/sources/port.ts'
import { HubError } from '#schemas/errors.ts'

const item = (n: number): SourceItem => ({
  index: n,
  tree: { n },
  bytes: Buffer.from(String(n)),
  contentType: 'application/json',
})
const taken = (items: readonly SourceItem[]): ItemResult[] =>
  items.map((_, index) => ({ index, status: 'accepted', numbers: [] }))

/** A source whose `next` gives what the steps say, then nothing; `seen` tells in order what happened. */
function rig(steps: (Find | Error)[], desk: Desk = async (_, items) => taken(items), paused = () => false) {
  const seen: string[] = []
  const source = {
    async next() {
      const step = steps.shift()
      if (step instanceof Error) throw step
      return step
    },
    close: async () => void seen.push('closed'),
  }
  const loop = runSource({
    system: 'unit',
    way: 'file-drop',
    source,
    desk,
    restMs: 5,
    isPaused: paused,
    random: () => 0,
    now: () => 7,
    reached: up => void seen.push(up ? 'up' : 'down'),
    fetched: result => void seen.push(result),
    log: { info: () => undefined, warn: facts => void seen.push(`${(facts as { code: string }).code}`) },
  })
  onTestFinished(() => loop.stop())
  return { seen, loop }
}

function find(seen: string[], chunks: number[][], fault?: Error): Find {
  return {
    message: 'case',
    name: 'f1',
    async *items() {
      for (const chunk of chunks) yield chunk.map(item)
      if (fault) throw fault
    },
    settled: async results => void seen.push(`settled ${results.length}`),
    end: async problem => void seen.push(problem ? `ended ${problem.code} ${problem.pointer}` : 'ended'),
    release: async () => void seen.push('released by the loop'),
  }
}

const until = (done: () => boolean) => expect.poll(done, { timeout: 3000, interval: 5 }).toBe(true)

describe('the loop of a source', () => {
  it('stores chunk by chunk and settles each before the next', async () => {
    const said: string[] = []
    const { seen } = rig([find(said, [[1, 2], [3]])], async (_, items) => {
      said.push(`stored ${items.length}`)
      return taken(items)
    })
    await until(() => seen.includes('done'))
    expect(said).toEqual(['stored 2', 'settled 2', 'stored 1', 'settled 1', 'ended'])
  })

  it('gives back what the broker did not confirm, and settles nothing of it', async () => {
    const said: string[] = []
    let fails = true
    const steps = [find(said, [[1]]), find(said, [[1]])]
    const { seen } = rig(steps, async (_, items) => {
      if (fails) {
        fails = false
        throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'produce' })
      }
      return taken(items)
    })
    await until(() => seen.includes('done'))
    expect(said).toEqual(['released by the loop', 'settled 1', 'ended'])
    expect(seen).toEqual(expect.arrayContaining(['released', 'HUB_KAFKA_UNREACHABLE']))
    expect(seen).not.toContain('down')
  })

  it('ends what cannot be read with its place and keeps what was read before', async () => {
    const said: string[] = []
    const { seen } = rig([find(said, [[1]], new UnreadableError('/data', 'XML')), find(said, [[2]])])
    await until(() => seen.filter(one => one === 'done').length === 1)
    expect(said).toEqual(['settled 1', 'ended HUB_RECEIVE_UNREADABLE /data', 'settled 1', 'ended'])
  })

  it('takes a broken connection for no fault of the find', async () => {
    const said: string[] = []
    const cut = new HubError('HUB_SOURCE_UNREACHABLE', { system: 'unit', way: 'file-drop', cause: 'ECONNRESET' })
    const { seen } = rig([find(said, [[1]], cut), find(said, [[1]])])
    await until(() => seen.includes('done'))
    expect(said).toEqual(['settled 1', 'released by the loop', 'settled 1', 'ended'])
    expect(seen).toContain('down')
  })

  it('says when the other side is away, and when it is back', async () => {
    const away = () => new HubError('HUB_SOURCE_UNREACHABLE', { system: 'unit', way: 'file-drop', cause: 'ENOENT' })
    const { seen } = rig([away(), away()])
    await until(() => seen.includes('up'))
    expect(seen.filter(one => one === 'down')).toHaveLength(2)
  })

  it('looks for nothing while the system is paused, and closes the source when it is stopped', async () => {
    let looked = false
    const { seen, loop } = rig(
      [find([], [[1]])],
      async (_, items) => {
        looked = true
        return taken(items)
      },
      () => true,
    )
    await new Promise(done => setTimeout(done, 50))
    expect(looked).toBe(false)
    await loop.stop()
    expect(seen).toEqual(['closed'])
  })

  it('ends after faults of its own in a row, with the reason, and closes its source', async () => {
    const slips = Array.from({ length: 5 }, () => new TypeError('a bug'))
    const { seen, loop } = rig(slips)
    expect(await loop.done).toBe('failed')
    expect(loop.status()).toEqual({ state: 'failed', lastCommitAt: null, reason: { code: 'TypeError', at: 7 } })
    expect(seen.at(-1)).toBe('closed')
  })

  it('runs on while its system is away, and tells why nothing comes', async () => {
    const away = () => new HubError('HUB_SOURCE_UNREACHABLE', { system: 'unit', cause: 'x' })
    const { loop } = rig(Array.from({ length: 9 }, away))
    await until(() => loop.status().reason !== null)
    expect(loop.status()).toMatchObject({ state: 'running', reason: { code: 'HUB_SOURCE_UNREACHABLE', at: 7 } })
  })
})
