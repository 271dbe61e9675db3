// A department in a test: reads whose turn it is and lets its simulator do what the exchange asks for. Knows no connector.
import { join } from 'node:path'
import type { Simulator } from '#connectors/sdk.ts'
import type { Report } from '#gateway/certify/types.ts'
import {
  type Connector,
  demoCredentials,
  importSimulator,
  loadConnector,
  loadScript,
  loadWorld,
  sampleTree,
} from '#gateway/index.ts'
import type { Exchange, Script } from '#schemas/exchanges.ts'
import { root, type TestHub } from './hub.ts'

const operator = { authorization: 'Bearer operator-key' }
const minutes = 60_000

export interface Department {
  readonly system: string
  /** Stands in for the simulator's own way of doing an exchange. */
  readonly acts?: Readonly<Record<string, () => Promise<unknown>>>
  readonly withinSeconds?: number
}

export async function begin(hub: TestHub, body: object): Promise<Response> {
  const headers = { ...operator, 'content-type': 'application/json' }
  return fetch(`${hub.url}/admin/certifications`, { method: 'POST', headers, body: JSON.stringify(body) })
}

export async function look(hub: TestHub, id: string, accept = 'application/json'): Promise<Response> {
  return fetch(`${hub.url}/admin/certifications/${id}`, { headers: { ...operator, accept } })
}

export async function post(hub: TestHub, path: string): Promise<Response> {
  return fetch(`${hub.url}/admin/certifications/${path}`, { method: 'POST', headers: operator })
}

/** Certifies one system from begin to end; returns the report. */
export async function certify(hub: TestHub, department: Department): Promise<Report> {
  const { system, withinSeconds } = department
  const desk = await openDesk(hub, department)
  const begun = await begin(hub, withinSeconds === undefined ? { system } : { system, withinSeconds })
  if (begun.status !== 201) throw new Error(`${begun.status} ${await begun.text()}`)
  return follow(hub, desk, ((await begun.json()) as Report).id)
}

/** Does what a run that somebody else began asks for. */
export async function attend(hub: TestHub, department: Department, id: string): Promise<Report> {
  return follow(hub, await openDesk(hub, department), id)
}

/** Runs one exchange again; returns the report after it. */
export async function certifyAgain(
  hub: TestHub,
  department: Department,
  id: string,
  exchange: string,
): Promise<Report> {
  const desk = await openDesk(hub, department)
  const begun = await post(hub, `${id}/exchanges/${exchange}`)
  if (begun.status !== 202) throw new Error(`${begun.status} ${await begun.text()}`)
  return follow(hub, desk, id)
}

/** Does what each exchange asks for until the run has ended. */
async function follow(hub: TestHub, desk: Awaited<ReturnType<typeof openDesk>>, id: string): Promise<Report> {
  const deadline = Date.now() + 5 * minutes
  let turn: string | null = null
  while (Date.now() < deadline) {
    const report = (await (await look(hub, id)).json()) as Report
    if (report.next !== turn) {
      await desk.leave(turn)
      turn = report.next
      await desk.enter(turn)
    }
    if (report.state !== 'running') return report
    const seen = report.exchanges.find(one => one.id === turn)?.seen ?? []
    if (seen.some(one => /: (retry|unknown)/.test(one.says.en))) await desk.recover(turn)
    await new Promise(done => setTimeout(done, 50))
  }
  throw new Error(`the certification ${id} does not end`)
}

async function openDesk(hub: TestHub, { system, acts = {} }: Department) {
  const { connector: id } = hub.settings.config.systems.find(one => one.id === system)!
  const dir = join(root, 'connectors', id)
  const connector = await loadConnector(root, dir, loadWorld(root))
  const script = loadScript(root, connector)
  const simulator = oneASecond(hub.simulators.get(system)!)
  const exchangeOf = (turn: string | null) => script.exchanges.find(one => one.id === turn)
  return {
    async enter(turn: string | null) {
      const exchange = exchangeOf(turn)
      if (!exchange) return
      if (acts[exchange.id]) await acts[exchange.id]!()
      else if (exchange.act) simulator.behave({ mode: exchange.act === 'refuse' ? 'refuse' : 'error' })
      else await send({ hub, system, connector, simulator, script, exchange })
    },
    async leave(turn: string | null) {
      if (exchangeOf(turn)?.act) simulator.behave({ mode: 'normal' })
    },
    async recover(turn: string | null) {
      if (exchangeOf(turn)?.act === 'outage') simulator.behave({ mode: 'normal' })
    },
  }
}

/** As people would: signatures are dated by the second, and two messages must not bear the same. */
function oneASecond(simulator: Simulator): Simulator {
  let last = 0
  return {
    ...simulator,
    async send(message, native) {
      const wait = last + 1100 - Date.now()
      if (wait > 0) await new Promise(done => setTimeout(done, wait))
      last = Date.now()
      return simulator.send(message, native)
    },
  }
}

interface Turn {
  readonly hub: TestHub
  readonly system: string
  readonly connector: Connector
  readonly simulator: Simulator
  readonly script: Script
  readonly exchange: Exchange
}

async function send(turn: Turn): Promise<void> {
  const { script, exchange } = turn
  const { expect } = exchange
  if (expect.kind === 'repeat') return push(turn, script.exchanges.find(one => one.id === expect.of)!, turn.simulator)
  if (expect.kind === 'taken') return push(turn, exchange, turn.simulator)
  if (expect.kind !== 'refused') return
  const stale = expect.codes.includes('HUB_SECURITY_CLOCK')
  if (!stale && !expect.codes.some(code => code.startsWith('HUB_SECURITY_')))
    return push(turn, exchange, turn.simulator)
  const odd = await oddSimulator(turn.hub, turn.system, stale ? 'stale' : 'wrong-key')
  await push(turn, exchange, odd)
  await odd.close()
}

async function push(turn: Turn, { sample, expect }: Exchange, simulator: Simulator): Promise<void> {
  const message = 'message' in expect ? expect.message! : ''
  await simulator.send(message, sampleTree(turn.connector.dir, message, sample!))
}

/** The same system with a wrong key, or with a clock that is five minutes late. */
export async function oddSimulator(hub: TestHub, system: string, how: 'wrong-key' | 'stale'): Promise<Simulator> {
  const { connector } = hub.settings.config.systems.find(one => one.id === system)!
  const start = await importSimulator(join(root, 'connectors', connector))
  const known = demoCredentials(system)
  const wrong = Object.fromEntries(Object.keys(known.inbound).map(name => [name, `wrong-${name}`]))
  const late = () => new Date(Date.now() - 5 * minutes)
  return start({
    system,
    port: 0,
    hubUrl: () => hub.url,
    credentials: { inbound: how === 'stale' ? known.inbound : wrong, outbound: known.outbound },
    now: () => new Date(),
    signedAt: how === 'stale' ? late : () => new Date(),
    random: Math.random,
  })
}
