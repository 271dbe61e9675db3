// Several processes of one hub over three brokers, all with all roles: one joins, one is killed, all are restarted in turn.
// Traffic goes on; every answered message is counted by the independent reader.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import { ownCluster } from '../../helpers/broker.ts'
import { kit } from '../../helpers/kafka.ts'
import { type HubProcess, hubProcess, openPort } from '../drill/hub-process.ts'
import type { Row } from '../drill/independent.ts'
import { readHeld, readJournal, runSender } from '../drill/kill-drill.ts'
import { untilQuiet } from '../drill/quiet.ts'
import type { SenderOptions } from '../drill/sender.ts'
import { traffic } from '../drill/traffic.ts'
import { judgeDrill } from '../drill/verdict.ts'
import { balance } from './balancer.ts'
import { until } from './nodes.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const prefix = 'many.'
const [base, ...own] = (await freePorts(4)) as [number, number, number, number]
const plan = { seed: 20260302, count: 20_000, rate: 25, port: base }
/** The topic that a stage writes and that says how it fares. */
const writes = { translate: 'canonical', correlate: 'case-events', route: 'out.all' } as const

interface Step {
  readonly name: string
  readonly at: number
}

function pauses(rows: readonly Row[], { at }: Step, until: number): number {
  const times = rows.map(({ timestamp }) => timestamp).filter(time => time > at && time < until)
  let longest = 0
  for (const [i, time] of [...times.toSorted((a, b) => a - b), until].entries())
    longest = Math.max(longest, time - (i === 0 ? at : times[i - 1]!))
  return longest
}

test('two hub processes become three, lose one and are restarted in turn, and every message ends once and in order', async () => {
  const cluster = await ownCluster(3)
  const { kafka, library } = kit({ brokers: cluster.brokers, prefix })
  const dataDir = mkdtempSync(join(tmpdir(), 'hub-many-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const hubs = new Map<string, HubProcess>()
  const portOf = (slot: string) => own[Number(slot) - 1]!
  const start = async (slot: string) => {
    const options = { brokers: cluster.brokers, prefix, dataDir: join(dataDir, 'hub'), port: portOf(slot), slot }
    if (!hubs.has(slot)) {
      const hub = hubProcess(options)
      hubs.set(slot, hub)
      onTestFinished(() => hub.stop())
    }
    hubs.get(slot)!.start()
    await Promise.race([openPort(portOf(slot)), hubs.get(slot)!.failed])
  }
  await balance(base, ['1', '2', '3'].map(portOf))
  await Promise.all(['1', '2'].map(start))

  const reader = await kafka.reader()
  const ends = () =>
    Promise.all(Object.values(writes).map(async topic => (await reader.page(prefix + topic, 0, 'end')).end))
  /** Until every stage has committed a good deal more. */
  const passed = async () => {
    const before = await ends()
    await until('all stages to go on', async () => (await ends()).every((end, i) => end > before[i]! + 25n))
  }
  const admin = library()
  const members = async (stage: string) => {
    const group = (await admin.describeGroups({ groups: [`${prefix}${stage}`] })).get(`${prefix}${stage}`)!
    return [...group.members.values()].map(({ groupInstanceId, assignments }) => ({
      slot: groupInstanceId!.slice(prefix.length + stage.length + 1),
      partitions: [...(assignments ?? new Map()).values()].flatMap(one => one.partitions as number[]).length,
    }))
  }
  /** Between two owners it is nobody for a moment. */
  const deciding = async () => {
    let slot: string | undefined
    await until('one that correlates', async () => {
      slot = (await members('correlate')).find(({ partitions }) => partitions > 0)?.slot
      return slot !== undefined
    })
    return slot!
  }
  const steps: Step[] = []
  const step = async (name: string, work: () => Promise<unknown>) => {
    steps.push({ name, at: Date.now() })
    await work()
    const worked = Date.now()
    await passed()
    say(`${name}: ${worked - steps.at(-1)!.at} ms, all stages go on after ${Date.now() - worked} ms more`)
  }

  const journal = join(dataDir, 'journal.jsonl')
  const [given, enough] = [new AbortController(), new AbortController()]
  onTestFinished(() => given.abort())
  const sending = runSender({ ...plan, journal } satisfies SenderOptions, given.signal, enough.signal)
  sending.catch(() => undefined)
  await passed()
  say('two hubs are at work')
  await step('a third joins', () => start('3'))
  const first = await deciding()
  await step(`${first}, which correlates, killed -9`, () => hubs.get(first)!.kill())
  for (const slot of ['1', '2', '3'].filter(one => one !== first)) {
    await step(`rolling restart, ${slot} by SIGTERM${slot === (await deciding()) ? ' (correlates)' : ''}`, async () => {
      await hubs.get(slot)!.stop()
      await start(slot)
    })
  }
  await step(`${first} started again`, () => start(first))
  steps.push({ name: 'end', at: Date.now() })
  expect((await members('translate')).map(({ slot }) => slot).sort()).toEqual(['1', '2', '3'])
  enough.abort()
  const sender = await sending
  await untilQuiet(cluster.brokers, prefix)
  const held = await readHeld(cluster.brokers, prefix)
  const answers = readJournal(journal)
  const sent = new Set(answers.map(({ index }) => index))
  const { messages, strands } = traffic(plan)
  const verdict = judgeDrill({ messages: messages.filter(({ index }) => sent.has(index)), strands }, answers, held)

  say(
    `${'longest time without a committed record, ms'.padEnd(48)} ${Object.keys(writes)
      .map(one => one.padStart(10))
      .join('')}`,
  )
  for (const [i, one] of steps.slice(0, -1).entries()) {
    const all = [held.canonical, held.events, held.out].map(rows =>
      `${pauses(rows, one, steps[i + 1]!.at)}`.padStart(10),
    )
    say(`${one.name.padEnd(48)} ${all.join('')}`)
  }
  say(`answers ${JSON.stringify(sender.statuses)}, sent again ${sender.retries} ${JSON.stringify(sender.odd)}`)
  say(JSON.stringify(verdict.counts))
  expect(verdict.faults).toEqual([])
  expect([...hubs.values()].flatMap(one => one.ownEnds)).toEqual([])
}, 420_000)
