// hub topics: the topics this configuration needs, with their settings. Talks to nobody.
import { topicSpecs } from '#gateway/index.ts'
import type { Command } from '../command.ts'
import { configOf } from '../settings.ts'

export const topicsCommand: Command = {
  says: { en: 'list the topics with their settings', zh: '列出主题及其设置' },
  async run(environment) {
    const config = configOf(environment)
    const plan = {
      prefix: environment.prefix,
      systems: config.systems.map(one => one.id),
      subscribers: config.subscriptions.map(one => one.id),
      brokers: Math.max(1, environment.brokers.length),
    }
    for (const { name, partitions, configs } of topicSpecs(plan)) {
      const settings = Object.entries(configs).map(([key, value]) => `${key}=${value}`)
      process.stdout.write(`${name.padEnd(36)} ${String(partitions).padStart(2)}  ${settings.join(' ')}\n`)
    }
    return 0
  },
}
