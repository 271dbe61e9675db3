// The hub's configuration while it is measured: all demo systems, the one subscription that the traffic goes to.
import { writeFileSync } from 'node:fs'
import { connectorDirs, demoConfig } from '#gateway/index.ts'
import type { HubConfig } from '#schemas/files.ts'
import type { Traffic } from './traffic.ts'

export function benchConfig(root: string, traffic: Traffic, receiverUrl: string): HubConfig {
  const demo = demoConfig(connectorDirs(root))
  const subscriptions = demo.subscriptions.filter(one => one.id === traffic.to.subscription)
  const receiver = subscriptions[0]?.system
  const systems = demo.systems.map(one => (one.id === receiver ? { ...one, url: receiverUrl } : one))
  return { ...demo, systems, subscriptions }
}

export function writeConfig(file: string, config: HubConfig): string {
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config))
  return file
}
