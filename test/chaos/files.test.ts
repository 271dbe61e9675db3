// kill -9 of the hub after a file lay whole in its place and before the hub wrote that down. The receiver takes the file and
// answers meanwhile: the hub must find that out, lay nothing out again, and take the answer for what it is.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type Json, jsonAnswer, type Simulator } from '#connectors/sdk.ts'
import { connectorDirs, demoConfig, demoCredentials, importSimulator } from '#gateway/index.ts'
import { loadSchemas } from '#gateway/loader/schemas.ts'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import type { WayConfig } from '#schemas/transport.ts'
import { sharedBroker } from '../helpers/broker.ts'
import { root } from '../helpers/hub.ts'
import { sftpServer } from '../helpers/sftp-server.ts'
import { openLog, order } from '../integration/deliver/story.ts'
import { hubProcess, openPort } from './drill/hub-process.ts'

const soon = { timeout: 60_000, interval: 200 }
const { caseRecord } = loadSchemas(root)
const sender = 'hotline-12345'
const receiver = 'procuratorate-12309'

async function simulator(system: string, hubUrl: string, folder: string): Promise<Simulator> {
  const start = await importSimulator(join(root, 'connectors', system))
  const made = await start({
    system,
    port: 0,
    folder,
    hubUrl: () => hubUrl,
    credentials: demoCredentials(system),
    now: () => new Date(),
    random: Math.random,
  })
  onTestFinished(() => made.close())
  return made
}

function configOf(way: WayConfig): string {
  const demo = demoConfig(connectorDirs(root))
  const systems = demo.systems.filter(one => [sender, receiver].includes(one.id))
  return JSON.stringify({
    systems: systems.map(one =>
      one.id === receiver ? { ...one, ways: { 'file-drop': { ...way, everyMs: 50 } } } : one,
    ),
    subscriptions: demo.subscriptions.filter(one => one.system === receiver),
  })
}

function ticket(): Json {
  const step = { blfs: '交办', bljg: '区信访局', qxjg: '区检察院', qxjgdm: '330106JC', blsj: '2026-03-02 09:40:00' }
  return order(1, '已派单', { blfss: [step] })
}

it.each([
  ['taken and answered before the hub is back', true],
  ['still lying there when the hub is back', false],
])(
  'one file after a kill between laying it out and our commit: %s',
  async (_, takenMeanwhile) => {
    const { brokers, prefix } = sharedBroker()
    const folder = mkdtempSync(join(tmpdir(), 'exchange-'))
    const dataDir = mkdtempSync(join(tmpdir(), 'hub-files-'))
    onTestFinished(() => {
      for (const dir of [folder, dataDir]) rmSync(dir, { recursive: true, force: true })
    })
    mkdirSync(join(folder, 'in'))
    const port = (await freePorts(1))[0]!
    const hubUrl = `http://127.0.0.1:${port}`
    const server = await sftpServer(folder)
    const [caller, taker] = [await simulator(sender, hubUrl, folder), await simulator(receiver, hubUrl, folder)]
    taker.behave({ mode: 'down' })
    const laidOut: string[] = []
    // The mark is in its place, and the hub never hears of it.
    server.fault = (operation, path) => {
      if (operation !== 'rename' || !path.startsWith('/in/clue_') || !path.endsWith('.done')) return undefined
      laidOut.push(path)
      return laidOut.length === 1 ? 'mute' : undefined
    }
    const hub = hubProcess({ brokers, prefix, dataDir, port, config: configOf(server.way) })
    onTestFinished(() => hub.stop())
    hub.start()
    await openPort(port)
    expect((await caller.send('order', ticket())).status).toBe(jsonAnswer(200, null).status)
    await vi.waitFor(() => expect(laidOut).toHaveLength(1), soon)
    await hub.kill()
    const log = await openLog({ settings: { brokers: [brokers], prefix } })
    expect(await log.attempts(receiver)).toEqual([])
    const intakes = () => Object.keys((taker.store() as { intakes: object }).intakes)
    if (takenMeanwhile) {
      taker.behave({ mode: 'normal' })
      await vi.waitFor(() => expect(intakes()).toHaveLength(1), soon)
    }

    hub.start()
    await openPort(port)
    await log.done(receiver, 1)
    taker.behave({ mode: 'normal' })
    await vi.waitFor(async () => {
      const events = (await log.all('case-events')).map(one => caseRecord.decode(one.value!))
      const own = events.filter(one => one.envelope.system === receiver)
      expect(own.at(-1)?.proceeding.numbers.map(one => one.family)).toContain('procuratorate-intake')
      expect(new Set(events.map(one => one.case.caseId)).size).toBe(1)
    }, soon)
    expect(intakes()).toHaveLength(1)
    const files = readdirSync(join(folder, 'in/done')).filter(name => name.endsWith('.json'))
    expect(files.filter(name => name.startsWith('clue_'))).toHaveLength(1)
  },
  180_000,
)
