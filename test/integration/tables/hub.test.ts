// A whole hub with two systems that exchange rows of a real PostgreSQL: tickets in, results out, and the loop closed.
import { expect, it, vi } from 'vitest'
import type { Json } from '#connectors/sdk.ts'
import { useServer } from '../../helpers/databases.ts'
import { openStage, story } from '../../scenario/a/story.ts'
import { order } from '../deliver/story.ts'

const fresh = useServer('postgres')
const soon = { timeout: 40_000, interval: 200 }

async function byTables(...systems: readonly string[]) {
  const made = await Promise.all(systems.map(async id => [id, await fresh()] as const))
  const databases = Object.fromEntries(
    made.map(([id, { way }]) => [id, { url: way.url, credentials: way.credentials! }]),
  )
  const stage = await openStage({
    day: story.day,
    databases,
    config: demo => ({
      ...demo,
      systems: demo.systems.map(one => (databases[one.id] ? { ...one, out: 'staging-table' as const } : one)),
    }),
  })
  return { stage, db: Object.fromEntries(made.map(([id, { db }]) => [id, db])) }
}

it('takes a ticket from the tables of the call centre and lays the results of the town into its result table', {
  timeout: 180_000,
}, async () => {
  const { stage, db } = await byTables('hotline-12345')
  const tables = db['hotline-12345']!
  for (const step of story.steps.slice(0, 4)) {
    const answer = await stage.hub.send(step.system, step.message, step.sample)
    expect([step.sample, Math.floor(answer.status / 100)]).toEqual([step.sample, 2])
    await stage.quiet(2000)
  }
  const [row] = await tables.selectFrom('INTERFACE_LDDJ').selectAll().execute()
  const canonical = await stage.canonical()
  const ticket = canonical.find(one => one.envelope.system === 'hotline-12345')!
  expect(row).toMatchObject({ sjjhzt: '20', hub_by: null, hub_note: ticket.envelope.messageId })
  expect(ticket.assignments).toMatchObject([{ to: { code: '330106004' } }])
  expect(new Set((await stage.events()).map(one => one.case.caseId)).size).toBe(1)

  const results = await tables.selectFrom('XF_SJ_BLRESULT').selectAll().orderBy('blsj').execute()
  expect(results.map(one => [one.sxfjbh, one.xfjclzt, one.sjjhzt])).toEqual(
    expect.arrayContaining([
      ['HZSDH20260012345', '受理', '20'],
      ['HZSDH20260012345', '转程序', '20'],
    ]),
  )
  expect(stage.stores()['hotline-12345']).toMatchObject({
    tickets: { HZSDH20260012345: { ldzt: '转程序', results: expect.arrayContaining([{ ...results.at(-1) }]) } },
  })
})

it('brings the number that the petition office wrote into our row back into the case, and its refusal as a return', {
  timeout: 180_000,
}, async () => {
  const { stage, db } = await byTables('petition-xinfang')
  const tables = db['petition-xinfang']!
  const handed = (n: number): Json =>
    order(n, '已派单', {
      blfss: [{ blfs: '交办', bljg: '区12345', qxjg: '西湖区信访局', qxjgdm: '330106XF', blsj: '2026-03-02 10:00:00' }],
    })
  const office = stage.hub.simulators.get('petition-xinfang')!
  const ring = (native: Json) => stage.hub.simulators.get('hotline-12345')!.send('order', native)
  const ofOffice = async () => (await stage.events()).filter(one => one.envelope.system === 'petition-xinfang')

  expect((await ring(handed(1))).status).toBe(200)
  await vi.waitFor(
    async () => expect((await ofOffice()).map(one => one.proceeding.status)).toContain('REGISTERED'),
    soon,
  )
  await stage.quiet(2500)
  // What the case did before the answer was there is handed over as well: the office has that one already.
  const rows = await tables.selectFrom('INTERFACE_XFJ_ZR').selectAll().orderBy('sjjhzt').execute()
  const [row, ...later] = rows
  expect(row).toMatchObject({ sjjhzt: '20', hub_taken: '20', xfjbh: expect.stringMatching(/^XF330106/) })
  for (const one of later) expect(one).toMatchObject({ sjjhzt: '30', hub_taken: '30', xfjbh: row!.xfjbh })
  const people = tables.selectFrom('INTERFACE_XFR_ZR').selectAll().where('xfjid', '=', row!.xfjid)
  expect(await people.execute()).toMatchObject([{ xm: '虚甲一' }])
  const [opened] = await ofOffice()
  // The hand-over stands beside it.
  const numbers = expect.arrayContaining([expect.objectContaining({ value: row!.xfjbh })])
  const same = { proceedingId: opened!.proceeding.proceedingId, numbers }
  for (const one of await ofOffice()) expect(one.proceeding).toMatchObject({ ...same, status: 'REGISTERED' })
  expect(opened!.case.caseId).toBe(row!.ywlsh)

  office.behave({ mode: 'refuse' })
  expect((await ring(handed(2))).status).toBe(200)
  await vi.waitFor(async () => expect((await ofOffice()).map(one => one.proceeding.status)).toContain('RETURNED'), soon)
  const states = tables.selectFrom('INTERFACE_XFJ_ZR').select(['sjjhzt', 'hub_taken', 'sbdm'])
  expect(await states.execute()).toContainEqual({ sjjhzt: '40', hub_taken: '40', sbdm: 'E09' })

  // Its own letter, by the same tables: the number is known, so it is the same proceeding.
  office.behave({ mode: 'normal' })
  const letter = { xfjbh: row!.xfjbh as string, xfrq: '2026-03-02', gkxx: '欠薪', xfmddm: '申诉求决', xfjzt: '受理' }
  const blfss = [{ blfs: '受理', bljg: '西湖区信访局', blsj: '2026-03-03 09:00:00' }]
  expect((await office.send('letter', { ...letter, blfss })).status).toBe(202)
  await vi.waitFor(async () => {
    const own = (await ofOffice()).filter(one => one.case.caseId === opened!.case.caseId)
    expect(own.at(-1)!.proceeding).toMatchObject({ ...same, status: 'ACCEPTED' })
  }, soon)
})
