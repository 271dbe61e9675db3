// Three brokers under traffic: leaders and coordinators killed, rolling restarts, elections, reassignments, growth, and a topic
// made anew. An exactly-once hop, the plain producer and reads by position run through all of it; an independent reader counts.
import { expect, test } from 'vitest'
import { ownCluster } from '../../helpers/broker.ts'
import { kit, valuesOf } from '../../helpers/kafka.ts'
import { Hop, Numbers, Pull } from './flow.ts'
import { Nodes, until } from './nodes.ts'
import { copyFaults, sourceFaults } from './tally.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const partitions = 4
const valuesIn = (pull: Pull): string[] => pull.seen.map(({ value }) => String(value))

test('copies each record once through the loss of any broker, and through every change of partitions and topics', async () => {
  const cluster = await ownCluster(3)
  const { kafka, brokers, topic, library, logs, prefix } = kit({ brokers: cluster.brokers, prefix: 'three.' })
  const [source, out] = [await topic('in', partitions), await topic('out', partitions)]
  const both = [source, out]
  const [group, slot] = [`${prefix}g`, `${prefix}s`]
  const admin = library()
  const nodes = new Nodes(cluster, admin)
  const flow = { kafka, source, partitions, out, group, slot }
  const member = await kafka.member({ group, topics: [source], slot, maxRecords: 200 })
  const numbers = new Numbers(flow)
  const hop = new Hop(member, out)
  let pull = new Pull(await kafka.reader(), source, partitions)
  const pullOut = new Pull(await kafka.reader(), out, partitions)

  /** Until all that had been sent has come through, and some of what came later. */
  const passed = async () => {
    const sent = numbers.sent + 200
    await until('the hop to go on', () => hop.through.size >= sent)
  }
  const lagging = await kafka.admin()
  const drained = () => until('all is copied', async () => (await lagging.lag(group, [source])).get(source) === 0n)
  const step = async (name: string, work: () => Promise<unknown>) => {
    numbers.step = name
    const began = performance.now()
    await work()
    await passed()
    const [commits, sends, pages] = [hop, numbers, pull].map(one => `${one.pulse.longestSince(began)}`.padStart(9))
    const took = `${((performance.now() - began) / 1000).toFixed(1)} s`.padStart(8)
    say(`${name.padEnd(40)} ${commits} ${sends} ${pages} ${took}`)
  }
  const killed = async (index: number) => {
    await nodes.kill(index)
    await passed()
    await nodes.restart(index, both)
  }
  const allTo = async (choose: (leader: number, replicas: readonly number[]) => number[]) =>
    nodes.reassign(
      (await nodes.places(both)).map(({ topic, partition, leader, replicas }) => ({
        topic,
        partition,
        replicas: choose(leader, replicas),
      })),
    )

  await passed()
  say(`${'longest pause, ms'.padEnd(40)} ${'commits'.padStart(9)} ${'sends'.padStart(9)} ${'pull'.padStart(9)}`)
  await step('nothing', passed)
  await numbers.pause()
  const before = await valuesOf(brokers, source)
  await drained()
  await until('all is pulled', () => pull.seen.length >= before.length)
  expect(sourceFaults(numbers, before)).toEqual([])
  expect(copyFaults('pull', numbers, before, valuesIn(pull))).toEqual([])
  const sentBefore = numbers.sent
  const old = pull
  await step('topic deleted and made anew', async () => {
    await admin.deleteTopics({ topics: [source] })
    await until('the topic again', () => topic('in', partitions).then(() => true))
    await until('every cursor to be refused', () => old.foreign === partitions)
    pull = new Pull(await kafka.reader(), source, partitions)
    numbers.resume()
    // More than lay in any partition before: what a position of before would skip.
    await until('more records than before', () => numbers.sent - sentBefore > before.length / 3)
  })

  await step('leader of a partition killed -9', async () => killed(await nodes.leaderOf(source, 0)))
  await step('group coordinator killed -9', async () => killed(await nodes.coordinatorOf({ group })))
  await step('transaction coordinator killed -9', async () => killed(await nodes.coordinatorOf({ slot })))
  for (const index of [0, 1, 2]) {
    await step(`rolling restart, node ${index + 1} by SIGTERM`, async () => {
      await nodes.stop(index)
      await nodes.restart(index, both)
    })
  }
  await step('preferred leaders elected', () => nodes.electPreferred(both))
  await step('partitions moved off their leaders', () => allTo((leader, all) => all.filter(id => id !== leader)))
  await step('partitions moved to all nodes again', () =>
    allTo((_, two) => [...[1, 2, 3].filter(id => !two.includes(id)), ...two]),
  )
  await step('partitions grown from 4 to 6', async () => {
    await admin.createPartitions({ topics: [{ name: source, count: 6 }] })
    await nodes.whole(both)
    pull.follow(6)
    // Numbers go there as well from now on, and the hop takes them up.
    await until('numbers in a new partition', () => pull.seen.some(({ partition }) => partition > 3))
  })

  await numbers.stop()
  const after = await valuesOf(brokers, source)
  await drained()
  await until('all is pulled', () => pull.seen.length >= after.length)
  const copies = await valuesOf(brokers, out)
  await until('all copies are pulled', () => pullOut.seen.length >= copies.length)
  await Promise.all([hop.stop(), pull.stop(), old.stop(), pullOut.stop()])

  const whole = [...before, ...after]
  say(`${numbers.sent} numbers, ${whole.length} records; sends refused ${JSON.stringify([...numbers.refusals])}`)
  say(`transactions given up ${JSON.stringify([...hop.aborts])}`)
  expect(sourceFaults(numbers, whole)).toEqual([])
  expect(copyFaults('hop', numbers, whole, copies)).toEqual([])
  expect(copyFaults('pull', numbers, after, valuesIn(pull))).toEqual([])
  expect(copyFaults('pull of copies', numbers, copies, valuesIn(pullOut))).toEqual([])
  expect([old, pull, pullOut].flatMap(one => one.faults)).toEqual([])
  expect(logs.filter(line => line.startsWith('kafka.slot.fenced'))).toEqual([])
}, 420_000)
