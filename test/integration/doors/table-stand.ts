// A table of a real server that keeps what comes and can be made to fail.
import { sql } from 'kysely'
import { expect } from 'vitest'
import { startLine, type TestDatabase } from '../../helpers/databases.ts'
import type { Stand } from './contract.ts'

export async function tableStand({ way, db }: TestDatabase): Promise<Stand> {
  await db.schema
    .createTable('OUT_SAY')
    .addColumn('psid', 'varchar(64)', column => column.primaryKey())
    .addColumn('ajid', 'varchar(64)')
    .addColumn('sjid', 'varchar(64)')
    .addColumn('subject', 'varchar(64)', column => column.unique())
    .addColumn('deliveryid', 'varchar(64)')
    .addColumn('words', 'varchar(64)')
    .execute()
  const line = await startLine(way)
  const held = async () => {
    const rows = await db.selectFrom('OUT_SAY').selectAll().execute()
    return rows.map(({ psid, subject, deliveryid, words }) => ({
      deliveryId: String(psid),
      text: JSON.stringify({ subject, deliveryid, words }),
    }))
  }
  return {
    job: { kind: 'table', way: line.way },
    said: ({ caseId, deliveryId }) => JSON.stringify({ subject: caseId, deliveryid: deliveryId, words: '“𠮷”,\n<&>;' }),
    held,
    async hold({ caseId, deliveryId }) {
      await db.insertInto('OUT_SAY').values({ psid: deliveryId, subject: caseId }).execute()
    },
    away: line.cut,
    back: line.mend,
    async cutting(attempt) {
      const committed = line.holdCommitAfter('OUT_SAY')
      const result = attempt()
      await committed
      await expect.poll(held).toHaveLength(1)
      await line.cut()
      const came = await result
      await line.mend()
      return came
    },
    // Another connection has the same key in a transaction that does not end.
    async hang({ deliveryId }) {
      const [begun, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const holding = db.transaction().execute(async trx => {
        await trx.insertInto('OUT_SAY').values({ psid: deliveryId, subject: 'another' }).execute()
        begun.resolve()
        await released.promise
        await trx.deleteFrom('OUT_SAY').where('psid', '=', deliveryId).execute()
      })
      await begun.promise
      return () => {
        released.resolve()
        return holding
      }
    },
    // A server's words for what is wrong name tables, columns and values.
    async object(words) {
      await sql`alter table ${sql.table('OUT_SAY')} add column ${sql.ref(words)} varchar(9) not null`.execute(db)
    },
  }
}
