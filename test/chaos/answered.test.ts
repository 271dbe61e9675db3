// kill -9 of the hub after a receiver answered and before the hub wrote that down: the receiver holds the delivery, the hub
// does not know. Whatever a receiver does with a second copy, it ends with one, and what it answered stands in the case.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Json, Simulator } from '#connectors/sdk.ts'
import { connectorDirs, demoConfig, demoCredentials, importSimulator } from '#gateway/index.ts'
import { loadSchemas } from '#gateway/loader/schemas.ts'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import { sharedBroker } from '../helpers/broker.ts'
import { root } from '../helpers/hub.ts'
import { startWire, type Wire } from '../helpers/wire.ts'
import { openLog, order } from '../integration/deliver/story.ts'
import { hubProcess, openPort } from './drill/hub-process.ts'

const soon = { timeout: 60_000, interval: 200 }
const { caseRecord } = loadSchemas(root)
const sender = 'hotline-12345'

interface Receiver {
  readonly system: string
  /** What it does with a second copy, by its manifest. */
  readonly repeats: 'ignored' | 'conflict' | 'duplicates'
  /** The call that brings the case. */
  readonly push: string
  /** Code of a unit that it works for: the ticket is handed there. */
  readonly unit: string
  /** What it holds of the case. */
  readonly held: (store: Json) => unknown[]
}

const values = (name: string) => (store: Json) => Object.values((store as Record<string, object>)[name]!)

const receivers: readonly Receiver[] = [
  { system: 'mt-coordination', repeats: 'ignored', push: '/matter/push', unit: '330106004', held: values('matters') },
  {
    system: 'peoples-mediation',
    repeats: 'conflict',
    push: '/api/referral',
    unit: '330106004RMTJ',
    held: values('cases'),
  },
  { system: 'zongzhi', repeats: 'duplicates', push: '/event/add.json', unit: '330106004', held: values('events') },
]

async function simulator(system: string, hubUrl: string): Promise<Simulator> {
  const { connector } = demoConfig(connectorDirs(root)).systems.find(one => one.id === system)!
  const start = await importSimulator(join(root, 'connectors', connector))
  const made = await start({
    system,
    port: 0,
    hubUrl: () => hubUrl,
    credentials: demoCredentials(system),
    now: () => new Date(),
    random: Math.random,
  })
  onTestFinished(() => made.close())
  return made
}

function configFor(receiver: string, wire: Wire): string {
  const demo = demoConfig(connectorDirs(root))
  const systems = demo.systems.filter(one => [sender, receiver].includes(one.id))
  return JSON.stringify({
    systems: systems.map(one => (one.id === receiver ? { ...one, url: wire.url } : one)),
    subscriptions: demo.subscriptions.filter(one => one.system === receiver),
  })
}

/** A ticket that the call centre hands to a unit. */
function ticketFor(unit: string): Json {
  const step = { blfs: '交办', bljg: '区信访局', qxjg: unit, qxjgdm: unit, blsj: '2026-03-02 09:40:00' }
  return order(1, '已派单', { blfss: [step] })
}

it.each(receivers)(
  '$system ($repeats) holds one after a kill between its answer and our commit',
  async receiver => {
    const { brokers, prefix } = sharedBroker()
    const dataDir = mkdtempSync(join(tmpdir(), 'hub-answered-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
    const port = (await freePorts(1))[0]!
    const hubUrl = `http://127.0.0.1:${port}`
    const wire = await startWire()
    const [caller, taker] = [await simulator(sender, hubUrl), await simulator(receiver.system, hubUrl)]
    wire.to(taker.url)
    const hub = hubProcess({ brokers, prefix, dataDir, port, config: configFor(receiver.system, wire) })
    onTestFinished(() => hub.stop())
    let kills = 0
    wire.answered(async call => {
      if (!call.path.endsWith(receiver.push) || kills > 0) return
      kills += 1
      await hub.kill()
    })
    hub.start()
    await openPort(port)
    expect((await caller.send('order', ticketFor(receiver.unit))).status).toBe(200)
    await vi.waitFor(() => expect(kills).toBe(1), soon)
    expect(receiver.held(taker.store())).toHaveLength(1)
    const log = await openLog({ settings: { brokers: [brokers], prefix } })
    expect((await log.attempts(receiver.system)).filter(one => one.outcome === 'delivered')).toEqual([])

    hub.start()
    await openPort(port)
    const tried = await log.done(receiver.system, 1)
    expect(receiver.held(taker.store())).toHaveLength(1)
    const pushes = wire.passed.filter(one => one.path.endsWith(receiver.push))
    // A second copy is sent only where the receiver itself knows it for one.
    if (receiver.repeats === 'duplicates') expect(pushes).toHaveLength(1)
    expect(tried.filter(one => ['delivered', 'conflict'].includes(one.outcome)).length).toBeGreaterThan(0)
    await vi.waitFor(async () => {
      const events = (await log.all('case-events')).map(one => caseRecord.decode(one.value!))
      const own = events.filter(one => one.envelope.system === receiver.system)
      expect(new Set(own.map(one => one.proceeding.proceedingId)).size).toBe(1)
      expect(new Set(events.map(one => one.case.caseId)).size).toBe(1)
      // Its own serial, not only the hand-over that stands for a case without one.
      expect(
        own
          .at(-1)!
          .proceeding.numbers.map(one => one.family)
          .filter(one => one !== 'hand-over'),
      ).not.toEqual([])
    }, soon)
  },
  180_000,
)
