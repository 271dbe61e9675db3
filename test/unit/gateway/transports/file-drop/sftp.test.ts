// The same source over SFTP: whatever request the connection breaks at, a file is neither lost nor left half put away.
import { describe, expect, it } from 'vitest'
import type { SourceItem } from '#gateway/sources/port.ts'
import { leaseMs } from '#gateway/transports/file-drop/claims.ts'
import { isHubError } from '#schemas/errors.ts'
import type { WayConfig } from '#schemas/transport.ts'
import { noOpenssh, openssh } from '../../../../helpers/openssh.ts'
import { sftpServer } from '../../../../helpers/sftp-server.ts'
import { drain, judged, type Rig, readAll, rig, treesOf } from './rig.ts'

/** Until nothing is left, as the loop of a source does it: what fails is tried again. */
async function drainThrough(one: Rig, way: WayConfig): Promise<{ items: SourceItem[]; failures: number }> {
  const source = one.source('a', { way })
  const items: SourceItem[] = []
  let failures = 0
  for (let quiet = 0; quiet < 2; ) {
    let find: Awaited<ReturnType<typeof source.next>>
    try {
      find = await source.next()
      const store = (chunk: readonly SourceItem[]) => {
        items.push(...chunk)
        return judged(chunk)
      }
      if (find) await readAll(find, store)
      quiet = find ? 0 : quiet + 1
    } catch (error) {
      if (!isHubError(error) || !error.entry.retryable) throw error
      await find?.release()
      failures += 1
      one.now += leaseMs + 1
    }
  }
  return { items, failures }
}

describe('file-drop over SFTP', () => {
  it('takes every file once, with two processes and with OpenSSH where it is', async () => {
    const one = rig()
    const ways = [(await sftpServer(one.root)).way]
    if (noOpenssh === undefined) ways.push(await openssh(one.root))
    else process.stderr.write(`OpenSSH is not tried: ${noOpenssh}\n`)
    for (let n = 0; n < 30; n++) one.lay(`out/case-${n}.json`, JSON.stringify({ no: n }))
    const sources = ['a', 'b'].map((slot, n) => one.source(slot, { way: ways[n % ways.length]! }))
    const seen = (await Promise.all(sources.map(drain))).flatMap(items => treesOf(items) as { no: number }[])
    expect(seen.map(tree => tree.no).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n))
    expect(one.names('out').filter(name => name.endsWith('.ack'))).toHaveLength(30)
    expect(one.names('out/done')).toHaveLength(30)
    expect(one.names('out/taken')).toEqual([])
  })

  it('loses nothing at whatever request it is cut that changes or reads something', async () => {
    const all = await cutAt(Number.POSITIVE_INFINITY)
    expect(all).toBeGreaterThan(15)
    const cuts = Array.from({ length: all }, (_, n) => n + 1)
    while (cuts.length > 0) await Promise.all(cuts.splice(0, 12).map(cutAt))
  }, 60_000)
})

/** Takes one file over a connection that breaks after its n-th request was done; how many requests there were. */
async function cutAt(n: number): Promise<number> {
  const one = rig()
  const server = await sftpServer(one.root)
  one.lay('out/case-1.json', '{"no":1}')
  let requests = 0
  server.fault = operation => (!['look', 'list'].includes(operation) && ++requests === n ? 'cut' : undefined)
  const { items, failures } = await drainThrough(one, server.way)
  const taken = new Set(treesOf(items).map(tree => JSON.stringify(tree)))
  expect({ taken, ...foldersOf(one) }, `cut at request ${n}`).toEqual({
    taken: new Set(['{"no":1}']),
    out: ['case-1.json.ack', 'done', 'failed', 'taken'],
    inHand: [],
    done: ['case-1.json'],
  })
  expect(failures, `cut at request ${n}`).toBeLessThanOrEqual(1)
  return requests
}

function foldersOf(one: Rig): Record<string, string[]> {
  return { out: one.names('out'), inHand: one.names('out/taken'), done: one.names('out/done') }
}
