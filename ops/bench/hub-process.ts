// The real command `hub start` as a child process, on the bench's broker and a configuration file.
import { join } from 'node:path'
import { HubError } from '#schemas/errors.ts'
import { type Child, startCommand } from './child.ts'
import type { Setting } from './setting.ts'

export interface HubProcess extends Pick<Child, 'pid' | 'stop'> {
  readonly url: string
  /** The value of a metric; the labels must stand in the order in which the hub prints them. */
  metric(name: string): Promise<number>
  metrics(): Promise<Metrics>
}

export type Metrics = ReadonlyMap<string, number>

export interface HubOptions {
  readonly name: string
  readonly roles: string
  readonly config: string
  readonly dataDir: string
  readonly prefix: string
}

const readyWaitMs = 60_000

export async function startHubProcess(setting: Setting, options: HubOptions): Promise<HubProcess> {
  const port = await setting.port()
  const { address } = await setting.brokers()
  const profile = setting.options.profiles
    ? ['--cpu-prof', `--cpu-prof-dir=${setting.options.profiles}`, `--cpu-prof-name=${options.name}.cpuprofile`]
    : []
  const child = startCommand(setting, options.name, [...profile, join('ops', 'cli', 'hub.ts'), 'start'], {
    HUB_HTTP_PORT: String(port),
    HUB_DATA_DIR: options.dataDir,
    HUB_CONFIG: options.config,
    HUB_TOPIC_PREFIX: options.prefix,
    HUB_ROLES: options.roles,
    HUB_LOG_LEVEL: 'warn',
    KAFKA_BROKERS: address,
  })
  const url = `http://127.0.0.1:${port}`
  await waitUntil(options.name, readyWaitMs, () => answers(`${url}/health/live`), child.output)
  const metrics = async () => readMetrics(url)
  return {
    pid: child.pid,
    url,
    stop: child.stop,
    metrics,
    metric: async name => (await metrics()).get(name) ?? 0,
  }
}

export async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url)
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}

export async function readMetrics(url: string): Promise<Metrics> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const found = new Map<string, number>()
  for (const line of text.split('\n')) {
    const space = line.lastIndexOf(' ')
    if (space > 0 && !line.startsWith('#')) found.set(line.slice(0, space), Number(line.slice(space + 1)))
  }
  return found
}

/** Polls twenty times a second. @param output told when it does not come true in time */
export async function waitUntil(
  name: string,
  withinMs: number,
  isSo: () => Promise<boolean>,
  output: () => string = () => '',
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await isSo())) {
    if (performance.now() > deadline)
      throw new HubError('HUB_CLI_BENCH', { process: name, what: `was not done in time ${output().slice(-2000)}` })
    await new Promise(done => setTimeout(done, 50))
  }
}
