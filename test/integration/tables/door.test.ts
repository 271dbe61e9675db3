// The door that lays rows: a repeat is the same delivery, another row with their number a conflict, a lost commit a doubt.
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Entry, entryOf } from '#gateway/deliver/entry.ts'
import { tableDoor } from '#gateway/deliver/table-door.ts'
import { createViewer } from '#gateway/deliver/visible.ts'
import type { TableOut } from '#schemas/tables.ts'
import type { WayConfig } from '#schemas/transport.ts'
import { serverKinds, startLine, useServer } from '../../helpers/databases.ts'
import { caseCodec, caseRecordSchema, machine, sealedPartSchema } from '../../helpers/records.ts'
import { FakeKafka } from '../../unit/gateway/deliver/fake-kafka.ts'
import { publish, toyConnector } from '../../unit/gateway/deliver/rig.ts'
import { subscription, system, table } from '../../unit/gateway/route/sketch.ts'

const out: TableOut = {
  message: 'say',
  table: 'OUT_SAY',
  ids: { delivery: 'psid', case: 'ajid', event: 'sjid' },
  state: { column: 'zt', new: '0' },
  parts: [{ table: 'OUT_ONE', on: { parent: 'psid', child: 'psid' }, at: '/ones' }],
}

function entry(): Entry {
  const kafka = new FakeKafka()
  publish(kafka, [{}])
  return entryOf(kafka.log('out.unit')[0]!)
}

function door(way: WayConfig | undefined, native: object) {
  const transport = {
    inbound: ['http-push'],
    outbound: ['staging-table'],
    schemes: [],
    repeats: 'conflict',
    table: { out: [out] },
  } as const
  const connector = toyConnector({}, { outbound: [{ message: 'say', when: {} }], transport }, () => native)
  const opened = tableDoor({
    subscription: subscription('unit', 'COORDINATE'),
    system: { ...system('unit', { serves: ['UNIT'] }), ...(way ? { ways: { 'staging-table': way } } : {}) },
    connector,
    inForce: () => connector,
    machine,
    decode: bytes => caseCodec.decode(bytes),
    openPersonal: async () => null,
    viewer: createViewer({ open: caseRecordSchema, sealed: sealedPartSchema }, table, () => new Date()),
    now: () => new Date(),
  })
  onTestFinished(() => opened.close!())
  return opened
}

describe.each(serverKinds())('the table door on %s', kind => {
  const fresh = useServer(kind)

  async function made() {
    const database = await fresh()
    await database.db.schema
      .createTable('OUT_SAY')
      .addColumn('psid', 'varchar(64)', column => column.primaryKey())
      .addColumn('ajid', 'varchar(64)')
      .addColumn('sjid', 'varchar(64)')
      .addColumn('bh', 'varchar(20)', column => column.unique())
      .addColumn('zt', 'varchar(2)')
      .addColumn('words', 'varchar(20)')
      .execute()
    await database.db.schema.createTable('OUT_ONE').addColumn('psid', 'varchar(64)').addColumn('n', 'integer').execute()
    const rows = () => database.db.selectFrom('OUT_SAY').selectAll().orderBy('bh').execute()
    return { ...database, rows }
  }

  it('lays a row with our ids, its state and its parts', async () => {
    const { way, db, rows } = await made()
    const one = entry()
    const native = { bh: 'A', words: '𠮷😀', ones: [{ n: 1 }, { n: 2 }] }
    expect(await door(way, native).attempt(one, 1)).toEqual({ kind: 'delivered' })
    const { deliveryId: psid, caseId: ajid, eventId: sjid } = one
    expect(await rows()).toEqual([{ psid, ajid, sjid, bh: 'A', zt: '0', words: '𠮷😀' }])
    expect(await db.selectFrom('OUT_ONE').selectAll().orderBy('n').execute()).toEqual([
      { psid, n: 1 },
      { psid, n: 2 },
    ])
  })

  it('takes the same delivery for delivered and never touches the row again', async () => {
    const { way, db, rows } = await made()
    const one = entry()
    await door(way, { bh: 'A' }).attempt(one, 1)
    await db.updateTable('OUT_SAY').set({ zt: '20' }).execute()
    expect(await door(way, { bh: 'B' }).attempt(one, 2)).toEqual({ kind: 'delivered' })
    expect(await door(way, { bh: 'B' }).attempt({ ...one, doubtful: true }, 3)).toEqual({ kind: 'delivered' })
    expect(await rows()).toMatchObject([{ bh: 'A', zt: '20' }])
  })

  it('calls it a conflict when the system has its number already, and leaves no part behind', async () => {
    const { way, db, rows } = await made()
    const one = entry()
    const two = { ...one, deliveryId: 'another' }
    await door(way, { bh: 'A' }).attempt(one, 1)
    expect(await door(way, { bh: 'A', ones: [{ n: 1 }] }).attempt(two, 1)).toEqual({ kind: 'conflict' })
    expect(await rows()).toHaveLength(1)
    expect(await db.selectFrom('OUT_ONE').selectAll().execute()).toEqual([])
  })

  it('does not know after a commit whose answer never came, and finds the row when it looks', async () => {
    const { way, rows } = await made()
    const line = await startLine(way)
    const one = entry()
    const trying = door(line.way, { bh: 'A' })
    const passed = line.holdCommitAfter('OUT_SAY')
    const attempt = trying.attempt(one, 1)
    await passed
    await expect.poll(rows).toHaveLength(1)
    await line.cut()
    expect(await attempt).toMatchObject({ kind: 'unknown' })
    expect(await trying.attempt({ ...one, doubtful: true }, 2)).toMatchObject({ kind: 'retry', unreached: true })
    await line.mend()
    expect(await trying.attempt({ ...one, doubtful: true }, 3)).toEqual({ kind: 'delivered' })
    expect(await rows()).toHaveLength(1)
  })

  it('waits for a database that is away, and for an address', async () => {
    const { way } = await made()
    const line = await startLine(way)
    await line.cut()
    const one = entry()
    expect(await door(line.way, {}).attempt(one, 1)).toMatchObject({ kind: 'retry', unreached: true })
    expect(await door(undefined, {}).attempt(one, 1)).toEqual({ kind: 'retry', code: 'NO_ADDRESS', unreached: true })
  })

  it('is refused for good what the columns cannot hold, and waits where a table is missing', async () => {
    const { way, db } = await made()
    const one = entry()
    const long = await door(way, { words: '长'.repeat(21) }).attempt(one, 1)
    expect(long).toEqual({ kind: 'refused', code: 'SQL_22001' })
    await sql`drop table ${sql.table('OUT_ONE')}`.execute(db)
    expect(await door(way, { ones: [{ n: 1 }] }).attempt(one, 1)).toMatchObject({ kind: 'retry' })
  })
})
