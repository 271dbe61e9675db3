// The demo around a hub: the simulators in a process of their own, and the story they play.
import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { HubError } from '#schemas/errors.ts'

export interface Simulators {
  readonly urls: Readonly<Record<string, string>>
  stop(): void
}

/** @param day where their calendars stand */
export async function startSimulators(root: string, hubUrl: string, day: string): Promise<Simulators> {
  const child = fork(join(root, 'ops', 'bootstrap', 'simulators.ts'), [root, hubUrl, day], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const urls = await new Promise<Record<string, string>>((done, failed) => {
    child.once('message', message => done((message as { urls: Record<string, string> }).urls))
    child.once('exit', code => failed(new HubError('HUB_START_SIMULATORS', { code: code ?? -1 })))
  })
  return { urls, stop: () => stopChild(child) }
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
  urls: Readonly<Record<string, string>>,
  step: Step,
): Promise<number> {
  const native = JSON.parse(
    readFileSync(join(root, 'connectors', connectorOf(step.system), step.sample), 'utf8'),
  ) as unknown
  const answer = await fetch(`${urls[step.system]}/simulator/send`, {
    method: 'POST',
    body: JSON.stringify({ message: step.message, native }),
  })
  await answer.arrayBuffer()
  return answer.status
}
