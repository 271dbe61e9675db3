// The demo around a hub: the simulators in a process of their own, and the story they play.
import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { sampleTree } from '#gateway/index.ts'
import { HubError } from '#schemas/errors.ts'
import type { SystemConfig } from '#schemas/files.ts'

/** What the configuration of a demo system gets from its simulator. */
export type Address = Pick<SystemConfig, 'url' | 'ways'>

export interface Simulators {
  readonly addresses: Readonly<Record<string, Address>>
  stop(): void
}

/** @param day where their calendars stand
 *  @param dataDir below it lie the exchange folders of systems that drop files */
export async function startSimulators(root: string, hubUrl: string, day: string, dataDir: string): Promise<Simulators> {
  const child = fork(join(root, 'ops', 'bootstrap', 'simulators.ts'), [root, hubUrl, day, dataDir], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const addresses = await new Promise<Record<string, Address>>((done, failed) => {
    child.once('message', message => done((message as { addresses: Record<string, Address> }).addresses))
    child.once('exit', code => failed(new HubError('HUB_START_SIMULATORS', { code: code ?? -1 })))
  })
  return { addresses, stop: () => stopChild(child) }
}

function stopChild(child: ChildProcess): void {
  child.removeAllListeners('exit')
  if (child.connected) child.disconnect()
  child.kill('SIGTERM')
}

export interface Step {
  readonly system: string
  readonly message: string
  /** Path of the sample, from the folder of the system's connector. */
  readonly sample: string
  readonly says: { readonly zh: string; readonly en: string }
}

export interface Story {
  /** Where the simulators' calendars stand while it is told. */
  readonly day: string
  readonly steps: readonly Step[]
}

export function readStory(root: string): Story {
  return parse(readFileSync(join(root, 'connectors', 'story-a.yaml'), 'utf8')) as Story
}

/** Lets a simulator send one message as its system would. Resolves with the HTTP status of the hub's answer. */
export async function play(
  root: string,
  connectorOf: (system: string) => string,
  addresses: Readonly<Record<string, Address>>,
  step: Step,
): Promise<number> {
  const native = sampleTree(join(root, 'connectors', connectorOf(step.system)), step.message, step.sample)
  const answer = await fetch(`${addresses[step.system]?.url}/simulator/send`, {
    method: 'POST',
    body: JSON.stringify({ message: step.message, native }),
  })
  await answer.arrayBuffer()
  return answer.status
}
