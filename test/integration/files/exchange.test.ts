// A whole hub and a system that nobody can call: matters go over as files and come back as files, by a local folder and by SFTP.
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, vi } from 'vitest'
import type { Json } from '#connectors/sdk.ts'
import { roles, startHub } from '#gateway/index.ts'
import { loadSchemas } from '#gateway/loader/schemas.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import type { SystemConfig } from '#schemas/files.ts'
import type { WayConfig } from '#schemas/transport.ts'
import { root, type TestHub, testHub } from '../../helpers/hub.ts'
import { noOpenssh, openssh } from '../../helpers/openssh.ts'
import { sftpServer } from '../../helpers/sftp-server.ts'
import { openLog, order, ring } from '../deliver/story.ts'

const id = 'procuratorate-12309'
const soon = { timeout: 30_000, interval: 100 }
const { caseRecord } = loadSchemas(root)

interface Way {
  readonly name: string
  /** undefined: the folder itself. */
  readonly open?: (folder: string) => Promise<WayConfig>
}

const local: Way = { name: 'a local folder' }
const ways: Way[] = [local, { name: 'a plain SFTP server', open: async folder => (await sftpServer(folder)).way }]
if (noOpenssh === undefined) ways.push({ name: 'OpenSSH', open: openssh })
else process.stderr.write(`OpenSSH is not tried: ${noOpenssh}\n`)

function hubOver({ open }: Way): Promise<TestHub> {
  const over = async (one: SystemConfig): Promise<SystemConfig> => {
    const way = one.ways!['file-drop']!
    const opened = open ? await open(fileURLToPath(way.url)) : way
    return { ...one, ways: { 'file-drop': { ...opened, everyMs: 50 } } }
  }
  return testHub({
    day: '2026-03-02T09:45:00+08:00',
    config: async demo => ({
      ...demo,
      systems: await Promise.all(demo.systems.map(one => (one.id === id ? over(one) : one))),
    }),
  })
}

async function records(hub: TestHub, topic: 'case-events' | 'canonical'): Promise<CaseRecord[]> {
  const log = await openLog(hub)
  return (await log.all(topic)).map(one => caseRecord.decode(one.value!))
}

const events = (hub: TestHub) => records(hub, 'case-events')

/** Ids of the messages that the files brought, repeats included. */
async function brought(hub: TestHub): Promise<string[]> {
  const own = (await records(hub, 'canonical')).filter(one => one.envelope.system === id)
  return own.map(one => one.envelope.messageId)
}

function handedOver(n: number): Json {
  const step = { blfs: '交办', bljg: '区信访局', qxjg: '区检察院', qxjgdm: '330106JC', blsj: '2026-03-02 09:40:00' }
  return order(n, '已派单', { blfss: [step] })
}

const store = (hub: TestHub) =>
  hub.simulators.get(id)!.store() as { intakes: Record<string, { [key: string]: Json }>; returned: Json[] }

it.each(ways)(
  'a matter goes over and comes back as files: $name',
  async way => {
    const hub = await hubOver(way)
    const simulator = hub.simulators.get(id)!
    await ring(hub, handedOver(1))
    await vi.waitFor(() => expect(Object.keys(store(hub).intakes)).toHaveLength(1), soon)
    const [number, intake] = Object.entries(store(hub).intakes)[0]!
    expect(intake).toMatchObject({ lybh: 'HZSDH20260000001' })
    // Its number comes back by the answer file, and with it the procuratorate is part of the case.
    await vi.waitFor(async () => {
      const { case: dispute } = (await events(hub)).at(-1)!
      expect(dispute.proceedings.map(one => one.kind)).toContain('PROCURATORIAL')
      expect(dispute.proceedings.flatMap(one => one.numbers.map(two => two.value))).toContain(number)
    }, soon)
    // What it does then comes as a file, and reaches the others.
    const { notices: _, ...own } = intake
    await simulator.send('intake', { ...own, cxhf: { rq: '2026-03-09', jl: '受理' } })
    await vi.waitFor(async () => {
      const last = (await events(hub)).findLast(one => one.envelope.system === id)!
      expect([last.proceeding.status, last.envelope.eventType]).toEqual(['ACCEPTED', 'CaseAccepted'])
    }, soon)
    // And what the others do goes to it.
    await ring(hub, order(1, '办结', { blfss: [{ blfs: '办结', blsj: '2026-03-12 10:00:00' }] }))
    await vi.waitFor(() => expect(store(hub).intakes[number]!.notices).not.toEqual([]), soon)
    const folder = join(hub.exchangeDir, id)
    await vi.waitFor(() => expect(readdirSync(join(folder, 'in'))).toEqual(['done', 'failed', 'taken']), soon)
    expect(readdirSync(join(folder, 'out')).filter(name => name.endsWith('.ack'))).toHaveLength(1)
  },
  120_000,
)

it('what is given back ends the hand-over as returned, with its reason', async () => {
  const hub = await hubOver(local)
  hub.simulators.get(id)!.behave({ mode: 'refuse' })
  await ring(hub, handedOver(2))
  await vi.waitFor(async () => {
    const own = (await events(hub)).filter(one => one.envelope.system === id)
    expect(new Set(own.map(one => one.proceeding.status))).toEqual(new Set(['RETURNED']))
  }, soon)
  expect(store(hub).intakes).toEqual({})
}, 120_000)

it('a file with good and bad rows brings the good ones, and says of each bad one where and why', async () => {
  const hub = await hubOver(local)
  const rows = [
    { slbh: 'JC3301062026030001', sqlx: '民事监督', xfr: '虚甲一' },
    { sqlx: '民事监督', xfr: '虚乙二' },
    { slbh: 'JC3301062026030002', sqlx: '其他', fjs: [{ fjid: 'f1', fjmc: '机密★十年' }] },
    { slbh: 'JC3301062026030003', sqlx: '其他', xfr: '虚丙三' },
  ]
  const folder = join(hub.exchangeDir, id, 'out')
  writeFileSync(join(folder, 'intake-rows.json'), JSON.stringify(rows))
  writeFileSync(join(folder, 'intake-rows.json.done'), '')
  const ack = join(folder, 'intake-rows.json.ack')
  await vi.waitFor(() => expect(readdirSync(folder)).toContain('intake-rows.json.ack'), soon)
  expect(JSON.parse(readFileSync(ack, 'utf8'))).toMatchObject({
    result: 'done',
    items: 4,
    accepted: 2,
    refused: 2,
    refusals: [
      { index: 1, code: 'HUB_RECEIVE_CONTRACT', pointer: '/slbh' },
      { index: 2, code: 'HUB_RECEIVE_SECRET_MARK', pointer: '/fjs/0/fjmc' },
    ],
  })
  expect(readFileSync(ack, 'utf8')).not.toMatch(/虚乙二|机密/)
  await vi.waitFor(async () => expect(await brought(hub)).toHaveLength(2), soon)
}, 120_000)

it('two hubs on one folder take each file once, and lose none when one of them is gone', async () => {
  const hub = await hubOver(local)
  const folder = join(hub.exchangeDir, id, 'out')
  const lay = (from: number, to: number) => {
    for (let n = from; n < to; n++) {
      const native = { slbh: `JC330106202603${String(n).padStart(4, '0')}`, sqlx: '其他' }
      writeFileSync(join(folder, `intake-${n}.json`), JSON.stringify(native))
      writeFileSync(join(folder, `intake-${n}.json.done`), '')
    }
  }
  const gateway = new Set(roles.filter(one => one === 'gateway'))
  // Processes of one hub share their keys: what one seals another opens.
  const dataDir = join(hub.settings.dataDir, 'second')
  mkdirSync(dataDir)
  symlinkSync(join(hub.settings.dataDir, 'keys'), join(dataDir, 'keys'))
  const second = await startHub({
    ...hub.settings,
    dataDir,
    slot: '2',
    roles: gateway,
  })
  lay(0, 80)
  await vi.waitFor(() => expect(readdirSync(join(folder, 'done')).length).toBeGreaterThan(20), soon)
  await second.stop()
  lay(80, 100)
  await vi.waitFor(() => expect(readdirSync(join(folder, 'done'))).toHaveLength(100), {
    timeout: 90_000,
    interval: 200,
  })
  await vi.waitFor(async () => expect(new Set(await brought(hub)).size).toBe(100), soon)
  expect(await brought(hub)).toHaveLength(100)
  expect(readdirSync(join(folder, 'taken'))).toEqual([])
}, 180_000)
