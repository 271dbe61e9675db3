// The hop route, broker to broker: a full case-events topic, one process with nothing but this role and five subscriptions, until
// all of it is routed to all of them.
import { join } from 'node:path'
import { openKafka, topicNames, topicSpecs } from '#gateway/index.ts'
import type { HubConfig, Subscription } from '#schemas/files.ts'
import { startChild } from '../child.ts'
import { benchConfig, writeConfig } from '../config.ts'
import { cpuOf, machine } from '../cpu.ts'
import { fillCopies, madeRecords } from '../fill-events.ts'
import { startHubProcess } from '../hub-process.ts'
import { type Mark, paceOf } from '../pace.ts'
import type { CopyJob } from '../processes/bare-copy.ts'
import type { Row } from '../report.ts'
import type { Part, Setting } from '../setting.ts'

const part = 'route'
const prefix = 'route.'
const barePrefix = 'copies.'
const subscribers = 5

export const route: Part = {
  about:
    'the hop case-events to five out.* topics, with filter and field profile, beside a bare copy loop on the same client',
  async run(setting) {
    const events = setting.options.brief ? 20_000 : 200_000
    const config = fiveSubscriptions(setting)
    setting.say(`route: ${events} events`)
    const made = await madeRecords(setting, {
      config,
      dataDir: join(setting.dir, 'route'),
      prefix,
      topic: 'case-events',
      roles: 'gateway,translate,correlate',
    })
    await fillCopies(setting, made, topicNames.caseEventsTopic(prefix), events)
    setting.say('route: the hub')
    const own = await hop(setting, config, events)
    const load = machine()
    setting.say('route: the bare loop')
    const bare = await copies(setting, events)
    return rowsOf(own, bare, load)
  },
}

/** Systems of other kinds than the sender's, each with all parts of a filter that an event of the bench passes. */
function fiveSubscriptions(setting: Setting): HubConfig {
  const config = benchConfig(setting.root, setting.traffic, 'http://127.0.0.1:1')
  const systems = config.systems.filter(one => one.id !== setting.traffic.from.system).slice(0, subscribers)
  const subscriptions = systems.map(
    ({ id }, i): Subscription => ({
      id: `bench-${i}`,
      system: id,
      purpose: (['COORDINATE', 'SUPERVISE', 'HANDLE', 'ASSIST', 'STATS'] as const)[i]!,
      basis: 'bench',
      filter: {
        areas: ['33', '3301'],
        notKinds: ['LETTER'],
        notCategories: ['99'],
        systems: [setting.traffic.from.system],
      },
      profile: { 'parties[].name': 'masked', 'parties[].address': 'absent' },
      door: { kind: 'pull' },
    }),
  )
  return { ...config, subscriptions }
}

async function hop(setting: Setting, config: HubConfig, events: number): Promise<Mark[]> {
  const child = await startHubProcess(setting, {
    name: 'hub-route',
    config: writeConfig(join(setting.dir, 'route.yaml'), config),
    dataDir: join(setting.dir, 'route'),
    prefix,
    roles: 'route',
  })
  const marks: Mark[] = []
  for (;;) {
    const done = await child.metric('hub_stage_records_total{stage="route"}')
    marks.push({ done, at: performance.now(), cpu: cpuOf(child.pid) })
    if (done >= events) break
    await new Promise(next => setTimeout(next, 100))
  }
  await child.stop()
  return marks
}

async function copies(setting: Setting, events: number): Promise<Mark[]> {
  const brokers = (await setting.brokers()).address
  const names = Array.from({ length: subscribers }, (_, i) => `copy-${i}`)
  const kafka = openKafka({ brokers: [brokers], clientId: 'bench' })
  const admin = await kafka.admin()
  await admin.ensureTopics(topicSpecs({ prefix: barePrefix, systems: [], subscribers: names, brokers: 1 }))
  await kafka.close()
  const job: CopyJob = {
    brokers,
    topic: topicNames.caseEventsTopic(prefix),
    outTopics: names.map(name => topicNames.outTopic(barePrefix, name)),
    group: 'bench.bare.copy',
    records: events,
  }
  const child = startChild(setting, 'bare-copy.ts', job)
  const marks = await child.said<Mark[]>('done')
  await child.stop()
  return marks
}

function rowsOf(own: readonly Mark[], bare: readonly Mark[], load: string): Row[] {
  const [hub, limit] = [paceOf(own), paceOf(bare)]
  const what = 'bare copy loop'
  return [
    {
      part,
      figure: 'inputs, second half',
      value: hub.warm.perSecond,
      unit: '/s',
      target: { atLeast: 20_000 },
      limit: { what, value: limit.warm.perSecond },
      note: `${subscribers} outputs each; from cold ${Math.round(hub.whole.perSecond)} /s; ${load}`,
    },
    {
      part,
      figure: '  CPU an input',
      value: hub.warm.cpuMicros,
      unit: 'us',
      limit: { what, value: limit.warm.cpuMicros },
      note: 'of the routing process, the broker left out',
    },
  ]
}
