// What a system writes into rows of ours comes back as its answer, each state once, and never a state that nobody stored.
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Source, SourceParts } from '#gateway/sources/port.ts'
import type { Db } from '#gateway/transports/staging-table/server.ts'
import { tableSource } from '#gateway/transports/staging-table/source.ts'
import type { TableOut } from '#schemas/tables.ts'
import type { WayConfig } from '#schemas/transport.ts'
import { serverKinds, useServer } from '../../helpers/databases.ts'
import { system } from '../../unit/gateway/route/sketch.ts'
import { work } from './rows.ts'

const out: TableOut = {
  message: 'say',
  table: 'OUT_SAY',
  ids: { delivery: 'psid', case: 'ajid', event: 'sjid' },
  state: { column: 'zt', new: '0' },
  answers: {
    taken: 'hub_taken',
    states: [
      { codes: ['20', '21'], tree: { '/code': { const: '0' }, '/data/bh': { column: 'bh' } } },
      { codes: ['40'], tree: { '/code': { const: '1' }, '/faults/0/why': { column: 'why' } } },
    ],
  },
}

describe.each(serverKinds())('answers in rows on %s', kind => {
  const fresh = useServer(kind)

  async function made() {
    const { way, db } = await fresh()
    let table = db.schema.createTable('OUT_SAY')
    for (const name of ['psid', 'ajid', 'sjid', 'zt', 'bh', 'why', 'hub_taken'])
      table = table.addColumn(name, 'varchar(64)')
    await table.execute()
    return { way, db }
  }

  const lay = (db: Db, psid: string, more: object = {}) =>
    db
      .insertInto('OUT_SAY')
      .values({ psid, ajid: `case-${psid}`, sjid: `event-${psid}`, zt: '0', ...more })
      .execute()

  function source(way: WayConfig): Source {
    const manifest = { messages: { said: { answer: true } }, transport: { table: { out: [out] } } }
    const parts = { system: system('town'), connector: { manifest }, way, slot: 'one', now: () => new Date() }
    const opened = tableSource(parts as unknown as SourceParts)
    onTestFinished(() => opened.close())
    return opened
  }

  it('come back once, each about its delivery, in the shape that the manifest says', async () => {
    const { way, db } = await made()
    await lay(db, 'a', { zt: '21', bh: 'XF1' })
    await lay(db, 'b', { zt: '40', why: '不属于本机关' })
    await lay(db, 'waiting')
    await lay(db, 'of-others', { zt: '20', ajid: null })
    const town = source(way)
    const items = (await work(town))!.toSorted((x, y) => (x.about!.deliveryId < y.about!.deliveryId ? -1 : 1))
    expect(items).toMatchObject([
      { tree: { code: '0', data: { bh: 'XF1' } }, about: { deliveryId: 'a', caseId: 'case-a', eventId: 'event-a' } },
      { tree: { code: '1', faults: [{ why: '不属于本机关' }] }, about: { deliveryId: 'b' } },
    ])
    expect(await work(town)).toBeUndefined()
  })

  it('that were not stored come back again, and so does a state that changed meanwhile', async () => {
    const { way, db } = await made()
    await lay(db, 'a', { zt: '40', why: '材料不全' })
    const town = source(way)
    await (await town.next())!.release()
    await work(town, async items => {
      await db.updateTable('OUT_SAY').set({ zt: '20', bh: 'XF1' }).execute()
      return items.map(() => ({ status: 'accepted' }))
    })
    expect(await work(town)).toMatchObject([{ tree: { code: '0', data: { bh: 'XF1' } } }])
  })

  it('that their owner changes after they were taken in are found by the next long look', async () => {
    const { way, db } = await made()
    await lay(db, 'a', { zt: '40' })
    const town = source(way)
    expect(await work(town)).toHaveLength(1)
    expect(await work(town)).toBeUndefined()
    await db.updateTable('OUT_SAY').set({ zt: '20', bh: 'XF1' }).execute()
    expect(await work(town)).toBeUndefined()
    expect(await work(source(way))).toMatchObject([{ tree: { data: { bh: 'XF1' } } }])
  })
})
