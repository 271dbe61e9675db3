// A hub that only delivers, to webhooks of this machine, over topics that the bench fills itself.
import { join } from 'node:path'
import { openKafka, topicNames, topicSpecs } from '#gateway/index.ts'
import type { HubConfig, Subscription } from '#schemas/files.ts'
import { benchConfig, writeConfig } from './config.ts'
import { madeRecords } from './fill-events.ts'
import { type HubProcess, startHubProcess } from './hub-process.ts'
import type { Setting } from './setting.ts'

export interface WebhookBench {
  readonly prefix: string
  readonly made: Awaited<ReturnType<typeof madeRecords>>
  outTopic(id: string): string
  start(): Promise<HubProcess>
}

const secrets = [`whsec_${Buffer.alloc(32, 1).toString('base64')}`]

/** @param urls by subscription */
export async function webhookBench(
  setting: Setting,
  name: string,
  urls: Readonly<Record<string, string>>,
): Promise<WebhookBench> {
  const prefix = `${name}.`
  const dataDir = join(setting.dir, name)
  const base = benchConfig(setting.root, setting.traffic, 'http://127.0.0.1:1')
  const { system } = base.subscriptions[0]!
  const of = (id: string, door: Subscription['door']): Subscription => ({
    id,
    system,
    purpose: 'COORDINATE',
    basis: 'bench',
    door,
  })
  const made = await madeRecords(setting, {
    config: { ...base, subscriptions: [of('seed', { kind: 'pull' })] },
    dataDir,
    prefix,
    topic: 'out.seed',
    roles: 'gateway,translate,correlate,route',
  })
  const config: HubConfig = {
    ...base,
    allowedNetworks: ['127.0.0.0/8'],
    subscriptions: Object.entries(urls).map(([id, url]) => of(id, { kind: 'webhook', url, secrets })),
  }
  await makeTopics(setting, prefix, Object.keys(urls))
  const file = writeConfig(join(setting.dir, `${name}.yaml`), config)
  return {
    prefix,
    made,
    outTopic: id => topicNames.outTopic(prefix, id),
    start: () => startHubProcess(setting, { name: `hub-${name}`, config: file, dataDir, prefix, roles: 'deliver' }),
  }
}

async function makeTopics(setting: Setting, prefix: string, subscribers: readonly string[]): Promise<void> {
  const kafka = openKafka({ brokers: [(await setting.brokers()).address], clientId: 'bench' })
  const admin = await kafka.admin()
  await admin.ensureTopics(topicSpecs({ prefix, systems: [], subscribers, brokers: 1 }))
  await kafka.close()
}

/** Megabytes. */
export async function residentOf(hub: HubProcess): Promise<number> {
  return (await hub.metric('hub_process_resident_memory_bytes')) / 2 ** 20
}
