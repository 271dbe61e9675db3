// How many webhooks a core delivers: the real door, from the event as routed to the answer, beside a loop that posts the same
// bytes by the same client and does nothing else. By the CPU of this process alone: the receiver is another one.
import { join } from 'node:path'
import { Pool } from 'undici'
import { addressGuard, createHttpPush, createViewer, type DeliveryEntry, webhookDoor } from '#gateway/index.ts'
import { HubError } from '#schemas/errors.ts'
import type { HubConfig, Subscription } from '#schemas/files.ts'
import { startChild } from '../child.ts'
import { benchConfig } from '../config.ts'
import { machine } from '../cpu.ts'
import { openBenchGround } from '../ground.ts'
import { cpuMicros } from '../processes/job.ts'
import type { Row } from '../report.ts'
import type { Part, Setting } from '../setting.ts'
import { webhookEvents } from '../webhook-events.ts'

const part = 'webhook'
const prefix = 'webhook.'
const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
/** Of a delivery loop. */
const atOnce = 32
const different = 500
const rounds = 5

export const webhook: Part = {
  about: 'webhooks a second of one core, beside a bare loop that posts the same bytes',
  async run(setting) {
    const receiver = startChild(setting, 'receiver.ts', { marker: '"sequence":"(\\d+)"', answer: {} })
    const url = `${await receiver.said<string>('ready')}/hook`
    const config = hooked(setting, url)
    const ground = await openBenchGround(setting, { config, prefix, dataDir: join(setting.dir, part) })
    const entries = webhookEvents(setting, ground, config, prefix, different)
    const sent: Sent[] = []
    const real = openReal(ground, config, one => sent.push(one))
    await Promise.all(entries.map(real.deliver))
    const bare = openBare(url, sent.slice(0, different))
    const calls = setting.options.brief ? 2_000 : 20_000
    setting.say('webhook: the door and the bare loop in turns')
    const [door, loop] = await inTurns(calls, [n => real.deliver(entries[n % different]!), bare.post])
    await Promise.all([real.close(), bare.close(), ground.close(), receiver.stop()])
    return rowsOf(door!, loop!, sent[0]!.body.length)
  },
}

interface Sent {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

function hooked(setting: Setting, url: string): HubConfig {
  const config = benchConfig(setting.root, setting.traffic, 'http://127.0.0.1:1')
  const door = { kind: 'webhook', url, secrets: [secret, secret] } as const
  return { ...config, subscriptions: config.subscriptions.map((one): Subscription => ({ ...one, door })) }
}

function openReal(
  ground: Awaited<ReturnType<typeof openBenchGround>>,
  { systems, subscriptions }: HubConfig,
  note: (sent: Sent) => void,
) {
  const { schemas, personal, keys, settings } = ground
  const subscription = subscriptions[0]!
  const push = createHttpPush({ guard: addressGuard(['127.0.0.0/8']) })
  const secrets = subscription.door.kind === 'webhook' ? subscription.door.secrets : []
  let isNoted = false
  const door = webhookDoor({
    subscription,
    secrets: () => secrets,
    system: systems.find(one => one.id === subscription.system)!,
    push: {
      ...push,
      tell(base, message, system) {
        if (!isNoted) note(message)
        return push.tell(base, message, system)
      },
    },
    decode: bytes => schemas.caseRecord.decode(bytes),
    openPersonal: async sealed => sealed && personal.open(sealed, id => keys.keyOf(id)),
    viewer: createViewer(
      { open: schemas.caseRecordSchema, sealed: schemas.sealedPartSchema },
      schemas.profiles,
      settings.now,
    ),
    now: settings.now,
  })
  return {
    async deliver(entry: DeliveryEntry): Promise<void> {
      const { kind } = await door.attempt(entry, 1)
      isNoted = true
      if (kind !== 'delivered') throw new HubError('HUB_CLI_BENCH', { process: part, what: `said ${kind}` })
    },
    close: () => push.close(),
  }
}

function openBare(url: string, sent: readonly Sent[]) {
  const { origin, pathname: path } = new URL(url)
  const pool = new Pool(origin, { connections: atOnce, pipelining: 1 })
  return {
    async post(n: number): Promise<void> {
      const { headers, body } = sent[n % sent.length]!
      const answer = await pool.request({ method: 'POST', path, headers: { ...headers }, body })
      await answer.body.dump()
    },
    close: () => pool.close(),
  }
}

/** Calls a second of CPU, of each one's rounds together; the first round of each warms it up. */
async function inTurns(calls: number, works: readonly ((n: number) => Promise<void>)[]): Promise<number[]> {
  const micros = works.map(() => 0)
  for (let round = -1; round < rounds; round += 1)
    for (const [index, work] of works.entries()) {
      const began = cpuMicros()
      await inLanes(calls / rounds, work)
      if (round >= 0) micros[index]! += cpuMicros() - began
    }
  return micros.map(one => (calls * 1e6) / one)
}

async function inLanes(calls: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < calls) {
      next += 1
      await work(next)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

function rowsOf(value: number, bare: number, bytes: number): Row[] {
  const common = { part, value, unit: '/s' }
  const note = `${bytes} bytes, ${atOnce} at once; ${machine()}`
  return [
    { ...common, figure: 'deliveries, one core', target: { atLeast: 2_000 }, note },
    {
      ...common,
      figure: '  beside the limit',
      target: { ratioAtLeast: 0.5 },
      limit: { what: 'bare POST loop', value: bare },
    },
  ]
}
