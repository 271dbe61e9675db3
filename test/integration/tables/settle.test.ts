// What rows are told: states, notes, counts of tries; and what a row looks like as a message.
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { HubError } from '#schemas/errors.ts'
import type { TableIn } from '#schemas/tables.ts'
import { serverKinds, useServer } from '../../helpers/databases.ts'
import { fill, idOf, makeTables, pause, sourceOf, spec, states, treeOf, work, workAll } from './rows.ts'

const rare = '虚构镕𠮷㐂😀👩‍👧'

describe.each(serverKinds())('rows on %s', kind => {
  const fresh = useServer(kind)

  async function table(rows: number, words?: (n: number) => string) {
    const database = await fresh()
    await makeTables(database.db, kind)
    await fill(database.db, rows, words)
    return database
  }

  const needsOne = (tries?: TableIn['tries']): TableIn => {
    const { tries: _, ...rest } = spec
    const parts = spec.parts!.map(part => (part.as === 'object' ? { ...part, required: true } : part))
    return { ...rest, parts, ...(tries ? { tries } : {}) }
  }

  it('are told what became of them: done, conflict, failed, and why, never with words of the message', async () => {
    const { way, db } = await table(4)
    const problem = { code: 'HUB_RECEIVE_CONTRACT', zh: '虚', en: 'x', pointer: '/words' }
    await work(sourceOf(way), () => [
      { status: 'accepted', messageId: 'm-1' },
      { status: 'duplicate', messageId: 'm-2' },
      { status: 'conflict', problem: { ...problem, code: 'HUB_RECEIVE_CONFLICT' } },
      { status: 'refused', problem },
    ])
    expect(await states(db)).toEqual([
      { id: 1, zt: '20', cs: null, hub_by: null, hub_note: 'm-1' },
      { id: 2, zt: '20', cs: null, hub_by: null, hub_note: 'm-2' },
      { id: 3, zt: '30', cs: null, hub_by: null, hub_note: 'HUB_RECEIVE_CONFLICT' },
      { id: 4, zt: '40', cs: null, hub_by: null, hub_note: 'HUB_RECEIVE_CONTRACT' },
    ])
  })

  it('are given whole where no columns are named, but for those by which they are exchanged', async () => {
    const { way } = await table(1)
    const { columns: _, ...all } = spec
    expect((await work(sourceOf(way, all)))!.map(treeOf)).toEqual([
      { id: 1, words: '第1件', second: '2026-03-02 09:00:00' },
    ])
  })

  it('become messages with their parts where the pointers say, in order, without the columns of the hub', async () => {
    const { way, db } = await table(3)
    await db
      .insertInto('IN_WAY')
      .values([
        { pid: 2, no: 2, blfs: '签收' },
        { pid: 2, no: 1, blfs: '派单' },
        { pid: 3, no: 1, blfs: '派单' },
      ])
      .execute()
    await db.insertInto('IN_ONE').values({ pid: 3, no: 7, blfs: null }).execute()
    expect((await work(sourceOf(way)))!.map(treeOf)).toEqual([
      { id: 1, words: '第1件' },
      {
        id: 2,
        words: '第2件',
        ways: [
          { no: 1, blfs: '派单' },
          { no: 2, blfs: '签收' },
        ],
      },
      { id: 3, words: '第3件', ways: [{ no: 1, blfs: '派单' }], in: { one: { no: 7 } } },
    ])
  })

  it('keep rare characters and pictures', async () => {
    const { way } = await table(1, () => rare)
    expect((await work(sourceOf(way)))!.map(treeOf)).toEqual([{ id: 1, words: rare }])
  })

  if (kind === 'postgres')
    it('keep every digit and fraction of typed columns, and no bytes', async () => {
      const { way, db } = await table(2)
      const more = sql`add column big bigint, add column money numeric(18, 2), add column yes boolean, add column tz timestamptz,
        add column doc jsonb, add column raw bytea`
      await sql`alter table "IN_CASE" ${more}`.execute(db)
      await sql`update "IN_CASE" set big = 9007199254740993, money = 186400.10, yes = true, raw = '\\x00ff', doc = '{"a":[1]}',
        tz = case id when 1 then timestamptz '2026-03-02 09:14:07.123456+08' else 'infinity' end`.execute(db)
      const { columns: _, ...all } = spec
      const words = { big: '9007199254740993', money: '186400.10', yes: true, doc: { a: [1] } }
      const trees = (await work(sourceOf(way, all)))!.map(treeOf)
      expect(trees).toMatchObject([
        { ...words, tz: '2026-03-02T01:14:07.123Z' },
        { ...words, tz: 'infinity' },
      ])
      expect(trees[0]).not.toHaveProperty('raw')
    })

  if (kind === 'mariadb')
    it('of a database in GBK are read in its own characters', async () => {
      const { way, db } = await fresh()
      await makeTables(db, kind)
      await sql`alter table IN_CASE modify words text character set gbk`.execute(db)
      await fill(db, 1, () => '虚构镕')
      expect((await work(sourceOf(way)))!.map(treeOf)).toEqual([{ id: 1, words: '虚构镕' }])
    })

  it('that are not complete are tried again after a rest, and failed with the code in the end', async () => {
    const { way, db } = await table(1)
    const source = sourceOf(way, needsOne({ column: 'cs', max: 2 }))
    const seen: unknown[] = []
    for (let n = 0; n < 3; n += 1) {
      expect(await work(source)).toEqual([])
      seen.push((await states(db))[0])
      expect(await work(source)).toBeUndefined()
      await pause(450)
    }
    const code = 'HUB_SOURCE_ROW'
    expect(seen).toEqual([
      { id: 1, zt: '0', cs: 1, hub_by: null, hub_note: code },
      { id: 1, zt: '0', cs: 2, hub_by: null, hub_note: code },
      { id: 1, zt: '40', cs: 2, hub_by: null, hub_note: code },
    ])
  })

  it('that their owner completes in time are read', async () => {
    const { way, db } = await table(1)
    const source = sourceOf(way, needsOne({ column: 'cs', max: 2 }))
    await work(source)
    await db.insertInto('IN_ONE').values({ pid: 1, no: 1 }).execute()
    await pause(450)
    expect((await work(source))!.map(treeOf)).toMatchObject([{ in: { one: { no: 1 } } }])
  })

  it('count their tries in the state itself where the owner does, and need no state for claimed', async () => {
    const { way, db } = await table(1)
    const { claimed: _, ...codes } = spec.state
    const state = { ...codes, new: ['0', '1', '2'] }
    const used = { ...needsOne({ column: 'zt', max: 2 }), state }
    const seen: unknown[] = []
    for (let n = 0; n < 3; n += 1) {
      await work(sourceOf(way, used))
      seen.push((await states(db))[0]!.zt)
      await pause(450)
    }
    expect(seen).toEqual(['1', '2', '40'])
    await db.updateTable('IN_CASE').set({ zt: '0', hub_at: null }).execute()
    await db.insertInto('IN_ONE').values({ pid: 1, no: 1 }).execute()
    expect(await workAll(sourceOf(way, used))).toHaveLength(1)
    expect(await states(db)).toMatchObject([{ zt: '20' }])
  })

  it('with two parts where one is due are no message, and do not hold up the others', async () => {
    const { way, db } = await table(2)
    await db
      .insertInto('IN_ONE')
      .values([
        { pid: 1, no: 1 },
        { pid: 1, no: 2 },
      ])
      .execute()
    expect((await work(sourceOf(way, needsOne())))!.map(treeOf)).toEqual([])
    expect((await states(db)).map(row => [row.zt, row.hub_note])).toEqual(Array(2).fill(['40', 'HUB_SOURCE_ROW']))
    await db.deleteFrom('IN_ONE').where('no', '=', 2).execute()
    await db.updateTable('IN_CASE').set({ zt: '0' }).where('id', '=', 1).execute()
    expect((await work(sourceOf(way, needsOne())))!.map(treeOf)).toMatchObject([{ id: 1 }])
  })

  it('come in the order of the column that the manifest names', async () => {
    const { way, db } = await table(3)
    for (const [id, cs] of [
      [1, 30],
      [2, 10],
      [3, 20],
    ])
      await db.updateTable('IN_CASE').set({ cs }).where('id', '=', id).execute()
    expect((await work(sourceOf(way, { ...spec, order: 'cs' })))!.map(idOf)).toEqual([2, 3, 1])
  })

  it('of a megabyte are claimed a few at a time', async () => {
    const { way } = await table(60, () => '大'.repeat(300_000))
    const source = sourceOf(way)
    const sizes: number[] = []
    for (let some = await work(source); some; some = await work(source)) sizes.push(some.length)
    expect(sizes.slice(1).every(size => size <= 9)).toBe(true)
    expect(sizes.reduce((a, b) => a + b)).toBe(60)
  })

  it('of an address that is no database are a fault of the configuration', () => {
    expect(() => sourceOf({ url: 'file:///x' })).toThrowError(HubError)
  })
})
