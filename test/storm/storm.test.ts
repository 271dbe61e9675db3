// The storm: 200 000 messages while hub processes and brokers are killed with -9 and receivers are down, slow, refuse
// or are paused; at the end nothing is lost, nothing out of order, nothing twice under two names.
//
// Two ways in, told apart in what is printed: nineteen in twenty are written straight to case-events by a process of its own,
// as correlate writes them (without personal parts); one in twenty is signed, sent over HTTP and goes the whole path. On two
// cores that also run three brokers the whole path alone would take more than the step may.
//
// Whatever is claimed is read from three places: the log (kafkajs), the journal of the receivers' own process, the topic
// attempts (Kafka's own reader). HUB_STORM_MESSAGES, HUB_STORM_SEED, HUB_STORM_RATE, HUB_STORM_HUB_KILLS, HUB_STORM_BROKER_KILLS
// and HUB_STORM_WITHIN_MINUTES size it (`npm run chaos -- --messages …` sets them);
// HUB_STORM_KEEP=1 leaves the hubs' logs and the journals where they are.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ownCluster } from '../helpers/broker.ts'
import { planOf } from './plan.ts'
import { runStorm } from './run.ts'

const size = (name: string, otherwise: number): number => Number(process.env[`HUB_STORM_${name}`] ?? otherwise)
const seed = size('SEED', Date.now() % 1_000_000_000)
const messages = size('MESSAGES', 200_000)
/** A mark that is told, not tested: the machines are noisy. */
const withinMinutes = size('WITHIN_MINUTES', 0)
/** Far longer than it takes: a storm that stands still is ended before. */
const timeoutMs = 20 * 60_000 + messages * 15
const beganAt = Date.now()
const say = (line: string): void =>
  void process.stdout.write(`${((Date.now() - beganAt) / 1000).toFixed(1).padStart(6)} s  ${line}\n`)

/** So many kills that 200 000 messages see more than thirty of hubs and five of brokers. */
const killsFor = (perTwoHundredThousand: number): number => Math.ceil((messages / 200_000) * perTwoHundredThousand)

it(
  'through kills, dead, slow and refusing receivers, delivers every event, in order, under one id each',
  async () => {
    say(`HUB_STORM_SEED=${seed}`)
    const dataDir = mkdtempSync(join(tmpdir(), 'hub-storm-'))
    if (process.env.HUB_STORM_KEEP) say(`kept: ${dataDir}`)
    else onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
    const plan = planOf({
      seed,
      messages,
      rate: size('RATE', 300),
      hubKills: size('HUB_KILLS', killsFor(32)),
      brokerKills: size('BROKER_KILLS', killsFor(6)),
    })
    const cluster = await ownCluster(3, { isLongRun: true })
    const result = await runStorm({ plan, cluster, dataDir, prefix: 'storm.', say })
    say(result.table)
    const slower = (than: number) => result.slowed.filter(one => one.times > than).map(one => one.text)
    say(`p99 of bystanders within twice that of the calm run: ${slower(2).join('; ') || 'met'}`)
    const minutes = (Date.now() - beganAt) / 60_000
    const mark = withinMinutes > 0 ? ` of ${withinMinutes}, ${minutes <= withinMinutes ? 'met' : 'missed'}` : ''
    say(`${minutes.toFixed(1)} minutes${mark}`)
    expect(result.faults.slice(0, 10)).toEqual([])
    // Twice is a mark, as machines are noisy; ten times is no noise.
    expect(slower(10)).toEqual([])
    expect(result.kills).toBe(plan.hubKills + plan.brokerKills)
  },
  timeoutMs,
)
