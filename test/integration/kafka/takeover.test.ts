// G13: who takes the place of a member that died between the last word of its transaction and its end, and how soon.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Base } from '@platformatic/kafka'
import { expect, onTestFinished, test } from 'vitest'
import { isFenced } from '#gateway/kafka/errors.ts'
import { GuardedProducer } from '#gateway/kafka/guards/identity.ts'
import { freeDeadSlots } from '#gateway/kafka/guards/succession.ts'
import type { Member } from '#gateway/kafka/port.ts'
import { baseOptions, settle } from '#gateway/kafka/settings.ts'
import { sharedBroker } from '../../helpers/broker.ts'
import { echo, kit, numbered, valuesOf } from '../../helpers/kafka.ts'
import type { HalfWayOptions } from './half-way.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const range = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i)).sort()
const partitions = 2

/** A member that is a process of its own and kills itself inside its first transaction; resolves at its end. */
async function diesHalfWay(options: HalfWayOptions): Promise<number> {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', './ops/bootstrap/leash.mjs', 'test/integration/kafka/half-way.ts', JSON.stringify(options)],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  )
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
  return performance.now()
}

function keepCopying(member: Member, out: string) {
  const seen = new Set<string>()
  let over = false
  const running = (async () => {
    while (!over) {
      const batch = await member.poll()
      if (!batch) continue
      await member.commit(batch, echo(batch, out)).then(
        () => {
          for (const { value } of batch.records) seen.add(String(value))
        },
        () => {},
      )
    }
  })()
  const stop = async () => {
    over = true
    await running
  }
  onTestFinished(stop)
  return { seen, stop }
}

async function ground(name: string) {
  const all = kit(sharedBroker())
  const [source, out] = [await all.topic('in', partitions), await all.topic('out', partitions)]
  const reader = await all.kafka.reader()
  /** Milliseconds until a reader of committed records is held back nowhere. */
  const free = async (since: number): Promise<number> => {
    for (let p = 0; p < partitions; ) {
      const page = await reader.page(out, p, 'end')
      if (page.end >= (await reader.writtenEnd(out, p))) p += 1
    }
    return Math.round(performance.now() - since)
  }
  await (await all.kafka.producer()).send(numbered(source, 100))
  const options = { brokers: all.brokers, group: `${all.prefix}${name}`, topics: [source], out }
  return { ...all, source, out, free, options }
}

async function takenOver(count: number, { seen }: { seen: Set<string> }, since: number): Promise<number> {
  await expect.poll(() => seen.size, { timeout: 40_000, interval: 10 }).toBe(count)
  return Math.round(performance.now() - since)
}

test('the same slot started again frees at once what its dead process held, and copies each record once', async () => {
  const { kafka, brokers, out, free, options } = await ground('again')
  const slot = `${options.group}.a`
  const died = await diesHalfWay({ ...options, slot })
  const member = await kafka.member({ group: options.group, topics: options.topics, slot })
  const copying = keepCopying(member, out)
  const [readers, commits] = await Promise.all([free(died), takenOver(100, copying, died)])
  say(`same slot again: all committed after ${commits} ms, readers free after ${readers} ms`)
  await copying.stop()
  expect((await valuesOf(brokers, out)).sort()).toEqual(range(100))
})

test.each([
  ['named after their group', '.'],
  ['of other names', '-'],
])(
  'another slot takes over from a dead one and copies each record once, slots %s',
  {
    timeout: 120_000,
  },
  async (how, mark) => {
    const { kafka, brokers, logs, out, source, free, options } = await ground('other')
    const [dead, heir] = [`${options.group}${mark}a`, `${options.group}${mark}b`]
    const producer = await kafka.producer()
    const copying = keepCopying(await kafka.member({ group: options.group, topics: options.topics, slot: heir }), out)
    await takenOver(100, copying, 0)
    const dying = diesHalfWay({ ...options, slot: dead })
    let over = false
    void dying.finally(() => {
      over = true
    })
    let sent = 100
    while (!over) {
      await producer.send(numbered(source, 10, sent))
      sent += 10
    }
    const died = await dying
    const [readers, commits] = await Promise.all([free(died), takenOver(sent, copying, died)])
    say(`another slot, ${how}: all committed after ${commits} ms, readers free after ${readers} ms`)
    await copying.stop()
    const freed = logs.filter(line => line.startsWith('kafka.slot.freed')).map(line => JSON.parse(line.slice(17)).dead)
    expect(freed).toEqual(mark === '.' ? [dead] : [])
    expect((await valuesOf(brokers, out)).sort()).toEqual(range(sent))
  },
)

test('ends what slots of the group left open that are not in it, and touches no living one nor another group', async () => {
  const { kafka, brokers, prefix, topic } = kit(sharedBroker())
  const [source, out] = [await topic('in', partitions), await topic('out')]
  const group = `${prefix}g`
  const settings = settle({ brokers, clientId: 'heir' })
  const client = new Base(baseOptions(settings))
  onTestFinished(() => client.close())
  const begin = async (slot: string) => {
    const producer = new GuardedProducer(settings, slot)
    onTestFinished(() => producer.close(true))
    const transaction = await producer.beginTransaction()
    await transaction.send({ messages: [{ topic: out, partition: 0, value: Buffer.from(slot) }] })
    return transaction
  }
  const own = await kafka.member({ group, topics: [source], slot: `${group}.own` })
  const living = await kafka.member({ group, topics: [source], slot: `${group}.living` })
  while (!living.reachable || !own.reachable) await Promise.all([living.poll(), own.poll()])
  const [dead, open, foreign] = await Promise.all(
    [`${group}.dead`, `${group}.living`, `${prefix}other.dead`].map(begin),
  )
  expect(await freeDeadSlots(client, settings, group, `${group}.not-yet-listed`)).toEqual([])
  expect(await freeDeadSlots(client, settings, group, `${group}.own`)).toEqual([`${group}.dead`])
  await expect(dead!.commit()).rejects.toSatisfy(isFenced)
  await Promise.all([open!.commit(), foreign!.commit()])
  expect((await valuesOf(brokers, out)).sort()).toEqual([`${group}.living`, `${prefix}other.dead`])
})
