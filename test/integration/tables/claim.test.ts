// Rows of a staging table on real servers: claimed once, read again when their owner changes them, never lost.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { serverKinds, startLine, type TestDatabase, useServer } from '../../helpers/databases.ts'
import { fill, idOf, makeTables, pause, sourceOf, spec, stampNow, states, work, workAll } from './rows.ts'
import type { WorkerJob } from './worker.ts'

interface Worker {
  readonly child: ChildProcess
  /** The rows that it had, once it is at its end. */
  rows(): Promise<unknown[]>
}

async function startWorker(job: WorkerJob): Promise<Worker> {
  const child = fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify(job)])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  return {
    child,
    async rows() {
      child.send('begin')
      const [said] = (await once(child, 'message')) as [{ rows: unknown[] }]
      return said.rows
    },
  }
}

describe.each(serverKinds())('a staging table on %s', kind => {
  const fresh = useServer(kind)

  async function table(rows: number): Promise<TestDatabase> {
    const database = await fresh()
    await makeTables(database.db, kind)
    await fill(database.db, rows)
    return database
  }

  it('gives two workers that claim at once 5,000 rows no row twice, and loses none', async () => {
    const { way, db } = await table(5000)
    const lease = { ...spec, claim: { ...spec.claim, leaseMs: 60_000 } }
    const workers = await Promise.all(['a', 'b'].map(slot => startWorker({ way, spec: lease, slot })))
    const [a, b] = (await Promise.all(workers.map(one => one.rows()))) as [number[], number[]]
    expect([a.length > 0, b.length > 0]).toEqual([true, true])
    expect([...a, ...b].sort((x, y) => x - y)).toEqual(Array.from({ length: 5000 }, (_, n) => n + 1))
    const all = await states(db)
    expect(new Set(all.map(row => row.zt))).toEqual(new Set(['20']))
    expect(all.filter(row => row.hub_note === 'a')).toHaveLength(a.length)
  })

  it('claims the rows of a worker that was killed with them, once its lease is over', async () => {
    const { way } = await table(30)
    const lease = { ...spec, claim: { ...spec.claim, leaseMs: 1500 } }
    const dead = await startWorker({ way, spec: lease, slot: 'dead', stall: true })
    await dead.rows()
    dead.child.kill('SIGKILL')
    const source = sourceOf(way, lease)
    expect(await source.next()).toBeUndefined()
    await pause(1600)
    expect((await workAll(source)).map(idOf)).toHaveLength(30)
  })

  it.each([
    ['with a stamp', spec],
    ['without one', withoutStamp()],
    ['with one that tells whole seconds only', { ...spec, stamp: 'second' }],
  ])('reads a row again whose owner changed it under the reader, %s', async (_, used) => {
    const { way, db } = await table(2)
    const source = sourceOf(way, used)
    await work(source, async items => {
      await db.updateTable('IN_CASE').set({ words: '改了', gxsj: stampNow }).where('id', '=', 2).execute()
      return items.map(() => ({ status: 'accepted', messageId: 'm' }))
    })
    expect((await states(db)).map(row => row.zt)).toEqual(['20', '0'])
    expect(await work(source)).toMatchObject([{ tree: { id: 2, words: '改了' } }])
    expect((await states(db)).map(row => row.zt)).toEqual(['20', '20'])
  })

  it('leaves the state that its owner set under the reader, and a part that changed counts as a change', async () => {
    const { way, db } = await table(2)
    const source = sourceOf(way, withoutStamp())
    await work(source, async items => {
      await db.updateTable('IN_CASE').set({ zt: '90' }).where('id', '=', 1).execute()
      await db.insertInto('IN_WAY').values({ pid: 2, no: 1, blfs: '派单' }).execute()
      return items.map(() => ({ status: 'accepted', messageId: 'm' }))
    })
    expect(await states(db)).toMatchObject([
      { zt: '90', hub_by: null, hub_note: null },
      { zt: '0', hub_by: null },
    ])
  })

  it('writes nothing into a row that another worker has claimed meanwhile', async () => {
    const { way, db } = await table(1)
    const source = sourceOf(way)
    await work(source, async items => {
      await db.updateTable('IN_CASE').set({ hub_by: 'another' }).execute()
      return items.map(() => ({ status: 'accepted', messageId: 'm' }))
    })
    expect(await states(db)).toMatchObject([{ zt: '10', hub_by: 'another', hub_note: null }])
  })

  it('gives rows back that could not be stored, as they were', async () => {
    const { way, db } = await table(3)
    const find = await sourceOf(way).next()
    await find!.release()
    expect(await states(db)).toMatchObject(Array(3).fill({ zt: '0', hub_by: null, hub_note: null, cs: null }))
  })

  it('says that the database is away, and goes on when it is back', async () => {
    const { way } = await table(5)
    const line = await startLine(way)
    const source = sourceOf(line.way)
    await source.next().then(find => find!.release())
    await line.cut()
    await expect(source.next()).rejects.toMatchObject({ code: 'HUB_SOURCE_UNREACHABLE' })
    await line.mend()
    expect(await workAll(source)).toHaveLength(5)
  })

  it('says which table is not as the manifest says, by the code of the database alone', async () => {
    const { way } = await table(1)
    for (const used of [
      { ...spec, table: 'NOWHERE' },
      { ...spec, stamp: 'nowhere' },
    ])
      await expect(sourceOf(way, used).next()).rejects.toMatchObject({
        code: 'HUB_SOURCE_TABLE',
        facts: { system: 'town', table: used.table, cause: expect.stringMatching(/^SQL_42/) },
      })
  })
})

function withoutStamp(): typeof spec {
  const { stamp: _, ...rest } = spec
  return rest
}
