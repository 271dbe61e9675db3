// A database, or the way to it, that falls silent without a word: the case goes on, and so does the next one.
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '#gateway/transports/staging-table/database.ts'
import { isLaid, layRow } from '#gateway/transports/staging-table/insert.ts'
import { serverKinds, startLine, useServer } from '../../helpers/databases.ts'
import { tableOut } from '../../unit/gateway/deliver/doors.ts'

const row = (deliveryId: string) => ({ deliveryId, caseId: 'c', eventId: 'e', native: {} })

describe.each(serverKinds())('a silent %s', kind => {
  const fresh = useServer(kind)

  it('is given up after a while, and asked anew over another connection', async () => {
    const { way, db } = await fresh()
    await sql`create table ${sql.table('OUT_SAY')} (psid varchar(9) primary key, ajid varchar(9), sjid varchar(9))`.execute(
      db,
    )
    const line = await startLine(way)
    const server = openDatabase(line.way, 1, { silenceMs: 300 })!
    onTestFinished(() => server.db.destroy())
    void line.holdCommitAfter('OUT_SAY')
    expect(await layRow(server, tableOut, row('one'))).toMatchObject({ kind: 'lost', fault: { kind: 'away' } })
    await line.cut()
    await line.mend()
    await expect.poll(() => isLaid(server, tableOut, 'one')).toBe(true)
  })
})
