// Plays one journey through the front doors: each step sends, then waits until all that it shows is seen.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import type { HttpAnswer, Json } from '#connectors/sdk.ts'
import { sampleTree } from '#gateway/index.ts'
import { root } from '../../helpers/hub.ts'
import { type Log, openLog } from '../../integration/deliver/story.ts'
import { openStage, type Stage } from '../a/story.ts'
import { fill, held, type Words } from './holds.ts'
import type { Journey, Seen, Send, Step } from './journey.ts'
import { putAt } from './pointer.ts'

const soon = { timeout: 25_000, interval: 100 }
/** The simulators' calendars: after all samples, so that what they open is news. */
const day = '2026-07-20T09:00:00+08:00'

export interface Ground {
  readonly stage: Stage
  readonly log: Log
}

export async function openGround(): Promise<Ground> {
  const stage = await openStage({ day })
  return { stage, log: await openLog(stage.hub) }
}

/** Returns what the journey has learnt. */
export async function playJourney(ground: Ground, { steps }: Journey, words: Words): Promise<Words> {
  const known = new Map(words)
  for (const step of steps) await playStep(ground, step, known)
  return known
}

async function playStep(ground: Ground, step: Step, known: Map<string, string>): Promise<void> {
  const { hub } = ground.stage
  const modes = Object.entries(step.behave ?? {})
  for (const [system, behaviour] of modes) hub.simulators.get(system)!.behave(behaviour)
  for (const send of step.send) await tell(ground, fill(send as unknown as Json, known) as unknown as Send)
  const checks = async () => {
    for (const seen of step.seen) for (const [name, word] of look(ground, seen, known)) known.set(name, word)
    await lookAtCase(ground, step, known)
    await lookAtAttempts(ground, step, known)
  }
  // A cut connection heals while the hub still tries.
  if (modes.some(([, one]) => one.mode === 'cut')) {
    await sleep(1500)
    calm(ground, step)
  }
  await vi.waitFor(checks, soon)
  calm(ground, step)
}

function calm({ stage }: Ground, { behave = {} }: Step): void {
  for (const system of Object.keys(behave)) stage.hub.simulators.get(system)!.behave({ mode: 'normal' })
}

async function tell({ stage }: Ground, { system, message, sample, set = {}, answer: due }: Send): Promise<void> {
  const { connector } = stage.hub.settings.config.systems.find(one => one.id === system)!
  const native = sampleTree(join(root, 'connectors', connector), message, join('samples', 'valid', sample))
  for (const [pointer, value] of Object.entries(set)) putAt(native, pointer, value)
  const send = (): Promise<HttpAnswer> => stage.hub.simulators.get(system)!.send(message, native)
  let answer = await send()
  if (answer.status === 401) {
    // Signatures are dated by the second: what was called in the same one is signed anew.
    await sleep(1100)
    answer = await send()
  }
  expect([system, sample, Math.floor(answer.status / 100)]).toEqual([system, sample, 2])
  if (due !== undefined) {
    const said = JSON.parse(answer.body.toString()) as Json
    expect(held(due, said), `${system} is answered ${answer.body.toString()}`).toBeDefined()
  }
}

/** Throws unless the store holds it so many times; gives what was learnt from it. */
export function look({ stage }: Ground, seen: Seen, known: Words): Words {
  const { at, under, holds, times = 1 } = fill(seen as unknown as Json, known) as unknown as Seen
  const store = stage.hub.simulators.get(at)!.store() as Readonly<Record<string, Json>>
  const entries = Object.values(store[under] ?? {}) as readonly Json[]
  const found = entries.map(entry => held(holds, entry)).filter(one => one !== undefined)
  expect({ at, under, holds, times: found.length }).toEqual({ at, under, holds, times })
  return found[0] ?? new Map()
}

async function lookAtCase({ stage }: Ground, step: Step, known: Map<string, string>): Promise<void> {
  if (step.case === undefined) return
  const { of, proceedings } = fill(step.case as unknown as Json, known) as unknown as NonNullable<Step['case']>
  const dispute = await caseOf(stage, of)
  const there = dispute?.proceedings.map(({ system, status, numbers }) => ({ system, status, numbers }))
  const found = held(proceedings, (there ?? null) as unknown as Json)
  expect(found, `case of ${of} holds ${JSON.stringify(proceedings)}, has ${JSON.stringify(there)}`).toBeDefined()
  for (const [name, word] of found!) known.set(name, word)
}

async function lookAtAttempts({ stage, log }: Ground, step: Step, known: Words): Promise<void> {
  if (step.tried === undefined) return
  const {
    of,
    to,
    outcomes,
    never = [],
  } = fill(step.tried as unknown as Json, known) as unknown as NonNullable<Step['tried']>
  const dispute = await caseOf(stage, of)
  const came = (await log.attempts(to)).filter(one => one.caseId === dispute?.caseId).map(one => one.outcome)
  expect({ to, came }).toEqual({ to, came: expect.arrayContaining([...outcomes]) })
  expect(came.filter(one => never.includes(one as (typeof never)[number]))).toEqual([])
}

/** The latest state of the case to which a proceeding with this number belongs. */
async function caseOf(stage: Stage, number: string) {
  const events = await stage.events()
  const owns = (one: (typeof events)[number]) =>
    one.case.proceedings.some(({ numbers }) => numbers.some(({ value }) => value === number))
  return events.findLast(owns)?.case
}
