// The hub is killed between the commit of a row at the receiver and its own: after it comes back there is exactly one row,
// whatever the receiver does with a repeat.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it, onTestFinished, vi } from 'vitest'
import { irsHeaders } from '#connectors/sdk.ts'
import type { Db } from '#gateway/transports/staging-table/server.ts'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import { openPort } from '../../chaos/drill/hub-process.ts'
import { sharedBroker } from '../../helpers/broker.ts'
import { startLine, useServer } from '../../helpers/databases.ts'
import { root } from '../../helpers/hub.ts'
import { hubChild } from '../../helpers/hub-child.ts'

const fresh = useServer('postgres')
const soon = { timeout: 60_000, interval: 100 }
const ddl = readFileSync(join(root, 'connectors/hotline-12345/contract/tables.sql'), 'utf8')
const sample = (path: string) => readFileSync(join(root, 'connectors', path), 'utf8')

/** What else the owner does with the table of results. */
const receivers: Readonly<Record<string, (db: Db) => Promise<unknown>>> = {
  'refuses a repeat by its key': async () => undefined,
  'passes over a repeat in silence': async db => {
    await sql`create function once() returns trigger as $$ begin
      if exists (select 1 from "XF_SJ_BLRESULT" where blid = new.blid) then return null; end if; return new;
    end $$ language plpgsql`.execute(db)
    await sql`create trigger once before insert on "XF_SJ_BLRESULT" for each row execute function once()`.execute(db)
  },
  'would take a repeat as a second row': db =>
    sql`alter table "XF_SJ_BLRESULT" drop constraint "XF_SJ_BLRESULT_pkey"`.execute(db),
}

it.each(Object.entries(receivers))('leaves one row at a receiver that %s', { timeout: 120_000 }, async (_, prepare) => {
  const { way, db } = await fresh()
  await sql.raw(ddl).execute(db)
  await prepare(db)
  const line = await startLine(way)
  const hub = await startHub(line.way)
  const {
    blfss: _steps,
    xfj: _letter,
    xfr: _person,
    ...ticket
  } = JSON.parse(sample('hotline-12345/samples/valid/a01-dispatched.json')) as Record<string, string>
  await db.insertInto('INTERFACE_LDDJ').values(ticket).execute()
  const state = async () => (await db.selectFrom('INTERFACE_LDDJ').select('sjjhzt').executeTakeFirst())?.sjjhzt
  await vi.waitFor(async () => expect(await state()).toBe('20'), soon)

  const committed = line.holdCommitAfter('insert into "XF_SJ_BLRESULT"')
  await hub.tell()
  await committed
  const ids = async () => (await db.selectFrom('XF_SJ_BLRESULT').select('blid').execute()).map(row => String(row.blid))
  await vi.waitFor(async () => expect(await ids()).toHaveLength(1), soon)
  const [first] = await ids()
  await hub.kill()
  await line.cut()
  await line.mend()
  await hub.start()
  await vi.waitFor(async () => expect(await hub.outcomes()).toContain(`${first} delivered`), soon)
  expect(await ids()).toEqual([first])
})

async function startHub(way: { readonly url: string; readonly credentials?: Readonly<Record<string, string>> }) {
  const { brokers, prefix } = sharedBroker()
  const dir = mkdtempSync(join(tmpdir(), 'hub-killed-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const [port] = (await freePorts(1)) as [number]
  const file = join(dir, 'hub.yaml')
  const area = { area: '330106', prefecture: '3301' }
  const credentials = { accessKey: 'ak', secret: 'sk' }
  writeFileSync(
    file,
    JSON.stringify({
      systems: [
        {
          id: 'hotline',
          connector: 'hotline-12345',
          ...area,
          ways: { 'staging-table': { ...way, everyMs: 100 } },
          out: 'staging-table',
        },
        { id: 'labour', connector: 'labour-arbitration', ...area, inbound: { scheme: 'irs-hmac', credentials } },
      ],
      subscriptions: [
        {
          id: 'hotline',
          system: 'hotline',
          purpose: 'ASSIST',
          basis: 'test',
          filter: { involved: true },
          door: { kind: 'native' },
        },
      ],
    }),
  )
  const log = join(dir, 'hub.log')
  let child: ReturnType<typeof hubChild>
  const start = async () => {
    child = hubChild({
      KAFKA_BROKERS: brokers,
      HUB_CONFIG: file,
      HUB_DATA_DIR: dir,
      HUB_TOPIC_PREFIX: prefix,
      HUB_HTTP_PORT: String(port),
      HUB_LOG_FILE: log,
    })
    child.stdout!.resume()
    child.stderr!.resume()
    await openPort(port)
  }
  const kill = async () => {
    const gone = new Promise(done => child.once('exit', done))
    child.kill('SIGKILL')
    await gone
  }
  await start()
  onTestFinished(() => void child.kill('SIGKILL'))
  return {
    start,
    kill,
    /** The arbitration office takes up the matter of the ticket. */
    async tell() {
      const request = { method: 'POST', path: '/in/labour/case' } as const
      const answer = await fetch(`http://127.0.0.1:${port}${request.path}`, {
        method: 'POST',
        headers: { ...irsHeaders(credentials, request, new Date()), 'content-type': 'application/json' },
        body: sample('labour-arbitration/samples/valid/a02-case-accepted.json'),
      })
      expect(answer.status).toBe(202)
    },
    outcomes: async () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter(entry => entry.includes('delivery.attempted'))
        .map(entry => JSON.parse(entry) as { delivery: string; outcome: string })
        .map(({ delivery, outcome }) => `${delivery} ${outcome}`),
  }
}
