// The hop translate, broker to broker: a full in.* topic, one process with nothing but this role, until all of it is translated.
import { join } from 'node:path'
import { fileKeyManager, openKafka, topicNames, topicSpecs } from '#gateway/index.ts'
import { startChild } from '../child.ts'
import { benchConfig, writeConfig } from '../config.ts'
import { cpuOf, machine } from '../cpu.ts'
import { fillByDoor, fillPlain } from '../fill.ts'
import { startHubProcess } from '../hub-process.ts'
import { type Mark, paceOf } from '../pace.ts'
import type { BareJob } from '../processes/bare-translate.ts'
import type { Row } from '../report.ts'
import type { Part, Setting } from '../setting.ts'
import { shareRows } from '../translate-shares.ts'

const part = 'translate'
const prefix = 'translate.'
const plainPrefix = 'plain.'

export const translate: Part = {
  about: 'the hop in.* to canonical, broker to broker, beside a bare Node loop on the same client',
  async run(setting) {
    const messages = setting.options.brief ? 10_000 : 100_000
    const dataDir = join(setting.dir, 'translate')
    const config = benchConfig(setting.root, setting.traffic, 'http://127.0.0.1:1')
    const hub = {
      name: 'hub-translate',
      config: writeConfig(join(setting.dir, 'translate.yaml'), config),
      dataDir,
      prefix,
    }
    setting.say(`translate: filling in ${messages} messages of ${Buffer.byteLength(setting.traffic.textOf(1))} bytes`)
    const door = await startHubProcess(setting, { ...hub, name: 'hub-fill', roles: 'gateway' })
    await fillByDoor(setting.traffic, door.url, messages)
    await door.stop()
    setting.say('translate: the hub')
    const own = await hop(setting, hub, messages)
    const load = machine()
    setting.say('translate: the bare loops')
    const day = new Date().toISOString().slice(0, 10)
    const key = { id: `day:${day}`, bytes: fileKeyManager(join(dataDir, 'keys')).intakeKey(day).key.toString('base64') }
    const sealed = await bare(setting, prefix, messages, key)
    await makeTopics(setting)
    await fillPlain(setting, topicNames.inTopic(plainPrefix, setting.traffic.from.system), messages)
    const plain = await bare(setting, plainPrefix, messages)
    return [
      ...paceRows(own, sealed, plain, load),
      ...(await shareRows(setting, { config, dataDir, prefix, cpuMicros: paceOf(own).warm.cpuMicros })),
    ]
  },
}

async function hop(
  setting: Setting,
  hub: Omit<Parameters<typeof startHubProcess>[1], 'roles'>,
  messages: number,
): Promise<Mark[]> {
  const child = await startHubProcess(setting, { ...hub, roles: 'translate' })
  const marks: Mark[] = []
  for (;;) {
    const done = await child.metric('hub_stage_records_total{stage="translate"}')
    marks.push({ done, at: performance.now(), cpu: cpuOf(child.pid) })
    if (done >= messages) break
    await new Promise(next => setTimeout(next, 100))
  }
  await child.stop()
  return marks
}

async function bare(setting: Setting, from: string, messages: number, key?: BareJob['key']): Promise<Mark[]> {
  await makeTopics(setting)
  const job: BareJob = {
    brokers: (await setting.brokers()).address,
    topic: topicNames.inTopic(from, setting.traffic.from.system),
    outTopic: topicNames.canonicalTopic(plainPrefix),
    group: `bench.bare.${key ? 'sealed' : 'plain'}`,
    messages,
    ...(key ? { key } : {}),
  }
  const child = startChild(setting, 'bare-translate.ts', job)
  const marks = await child.said<Mark[]>('done')
  await child.stop()
  return marks
}

async function makeTopics(setting: Setting): Promise<void> {
  const kafka = openKafka({ brokers: [(await setting.brokers()).address], clientId: 'bench' })
  const admin = await kafka.admin()
  await admin.ensureTopics(
    topicSpecs({ prefix: plainPrefix, systems: [setting.traffic.from.system], subscribers: [], brokers: 1 }),
  )
  await kafka.close()
}

function paceRows(own: readonly Mark[], sealed: readonly Mark[], plain: readonly Mark[], load: string): Row[] {
  const [hub, bareSealed, barePlain] = [own, sealed, plain].map(marks => paceOf(marks)) as [Pace, Pace, Pace]
  const cold = (pace: Pace) => `from cold ${Math.round(pace.whole.perSecond)} /s, ${pace.whole.cpuMicros.toFixed(1)} us`
  const what = 'bare loop that seals'
  return [
    {
      part,
      figure: 'hop, second half',
      value: hub.warm.perSecond,
      unit: '/s',
      limit: { what, value: bareSealed.warm.perSecond },
      note: `${cold(hub)}; ${load}`,
    },
    {
      part,
      figure: '  CPU a message',
      value: hub.warm.cpuMicros,
      unit: 'us',
      limit: { what, value: bareSealed.warm.cpuMicros },
      note: 'of the translating process, the broker left out',
    },
    {
      part,
      figure: 'bare loop that seals',
      value: bareSealed.warm.perSecond,
      unit: '/s',
      note: `${bareSealed.warm.cpuMicros.toFixed(1)} us CPU; ${cold(bareSealed)}`,
    },
    {
      part,
      figure: 'bare loop without sealing',
      value: barePlain.warm.perSecond,
      unit: '/s',
      note: `${barePlain.warm.cpuMicros.toFixed(1)} us CPU; ${cold(barePlain)}`,
    },
  ]
}

type Pace = ReturnType<typeof paceOf>
