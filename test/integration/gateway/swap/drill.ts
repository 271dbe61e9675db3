// One drill: a door, two translating processes, a sender; a new version goes in while one of the two stands still and is killed
// before it can have heard of it, and the other is killed as soon as its first record of the new version is there.
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Reader } from '#gateway/kafka/port.ts'
import { type HubProcess, hubProcess, openPort } from '../../../chaos/drill/hub-process.ts'
import { independentClient, openFields } from '../../../chaos/drill/independent.ts'
import { root } from '../../../helpers/hub.ts'
import type { Held } from './count.ts'
import { type Place, readHeld } from './held.ts'
import type { SenderOptions, Sent } from './sender.ts'
import { connector, writeVersion } from './versions.ts'

export interface DrillOptions extends Place {
  readonly dataDir: string
  /** Of the door and of the two that translate. */
  readonly ports: readonly number[]
  readonly rate: number
  /** New versions, in order. */
  readonly versions: readonly number[]
}

export interface DrillEnd {
  readonly held: Held
  readonly sent: Sent
  /** Messages that had to be sent and answered. */
  readonly due: number
  readonly kills: number
  /** Milliseconds from the answer to the operator to the first record of the version. */
  readonly firstMs: readonly number[]
  readonly ownEnds: number
}

const systems = ['north', 'middle', 'south'] as const
export const partitions = systems.length * 4
const secondsBefore = 4
const secondsEach = 14

const config = `systems:
${systems
  .map(
    id => `  - id: ${id}
    connector: ${connector}
    area: '330106'
    prefecture: '3301'
    inbound: { scheme: irs-hmac, credentials: { accessKey: ak-${id}, secret: swap-sk } }
`,
  )
  .join('')}subscriptions:
  - { id: all, system: north, purpose: COORDINATE, basis: drill, door: { kind: pull } }
`

export async function swapDrill(options: DrillOptions): Promise<DrillEnd> {
  const { brokers, prefix, dataDir, ports, versions } = options
  const hub = (slot: string, roles: string, at: number): HubProcess =>
    hubProcess({ brokers, prefix, dataDir, port: ports[at]!, roles, slot, config })
  const [door, one, two] = [hub('door', 'gateway', 0), hub('one', 'translate', 1), hub('two', 'translate', 2)]
  const all = [door, one, two]
  try {
    // One by one: the first makes the topics.
    for (const [i, each] of all.entries()) {
      each.start()
      await openPort(ports[i]!)
    }
    const count = options.rate * (secondsBefore + secondsEach * versions.length)
    const sending = send({ port: ports[0]!, rate: options.rate, count, systems })
    await sleep(secondsBefore * 1000)
    const firstMs: number[] = []
    for (const [i, version] of versions.entries())
      firstMs.push(await swap(options, version, i % 2 === 0 ? [one, two] : [two, one]))
    const sent = await sending
    const held = { ...(await readHeld(options, systems)), sent: sent.ids }
    const ownEnds = all.reduce((sum, each) => sum + each.ownEnds.length, 0)
    return { held, sent, due: count, kills: versions.length * 2, firstMs, ownEnds }
  } finally {
    await Promise.all(all.map(each => each.kill()))
  }
}

async function swap(options: DrillOptions, version: number, [still, other]: readonly HubProcess[]): Promise<number> {
  const topic = `${options.prefix}canonical`
  const from = (await options.reader.page(topic, 0, 'end')).next
  still!.freeze()
  await put(options, version)
  const at = Date.now()
  await still!.kill()
  still!.start()
  await firstOf(options.reader, topic, from, version)
  const firstMs = Date.now() - at
  await other!.kill()
  await untilAlone(options)
  other!.start()
  await sleep(Math.max(0, secondsEach * 1000 - (Date.now() - at)))
  return firstMs
}

async function put({ dataDir, ports }: DrillOptions, version: number): Promise<void> {
  const { mapping, table } = writeVersion(dataDir, version)
  const args = ['ops/cli/hub.ts', 'mapping', 'put', mapping, '--table', table]
  const env = { PATH: process.env.PATH, HUB_HTTP_PORT: String(ports[0]), HUB_OPERATOR_KEY: 'drill-operator' }
  await promisify(execFile)(process.execPath, args, { cwd: root, env })
}

async function firstOf(reader: Reader, topic: string, start: bigint, version: number): Promise<void> {
  const deadline = Date.now() + 30_000
  for (let from = start; Date.now() < deadline; ) {
    const page = await reader.page(topic, 0, from, { waitMs: 100 })
    if (page.records.some(one => openFields(one.value!).envelope.mapping.endsWith(`@${version}`))) return
    from = page.next
  }
  throw new Error(`no record of version ${version} within 30 s`)
}

async function send(options: SenderOptions): Promise<Sent> {
  const args = ['test/integration/gateway/swap/sender.ts', JSON.stringify(options)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 64 << 20 })
  return JSON.parse(stdout) as Sent
}

/** Until the group has shared out everything to one member: the partitions of the one that is away have gone over. */
async function untilAlone({ brokers, prefix }: DrillOptions): Promise<void> {
  const admin = independentClient(brokers).admin()
  await admin.connect()
  const deadline = Date.now() + 60_000
  for (;;) {
    const [group] = (await admin.describeGroups([`${prefix}translate`])).groups
    if (group?.state === 'Stable' && group.members.length === 1) break
    if (Date.now() > deadline) throw new Error(`the group is ${group?.state} with ${group?.members.length} members`)
    await sleep(200)
  }
  await admin.disconnect()
}
