// The stage route: who gets an event, for which purpose, and how much of it. Pure; the record's bytes pass untouched.
import type { CaseRecord } from '#schemas/canonical/types.ts'
import type { Subscription, SystemConfig } from '#schemas/files.ts'
import type { ProfileTable } from '#schemas/profiles.ts'
import type { StatusMachine } from '#schemas/status-machine.ts'
import { uuidsIn } from '#schemas/uuid.ts'
import type { Batch, InRecord, OutRecord } from '../kafka/port.ts'
import type { Output, StepResult } from '../pipeline/stage.ts'
import { decide } from './decide.ts'
import { misfit } from './filter.ts'
import { involvementOf } from './involvement.ts'

export interface RouteDeps {
  readonly subscriptions: readonly Subscription[]
  readonly systems: readonly SystemConfig[]
  readonly table: ProfileTable
  readonly machine: StatusMachine
  readonly decode: (bytes: Buffer) => CaseRecord
  readonly outTopic: (subscription: string) => string
  /** How often an event's story may pass through one system before it is taken for an echo. */
  readonly maxPasses?: number
}

/** Why a subscription does or does not get an event, for explain. */
export type Fate =
  | { readonly kind: 'sent'; readonly record: OutRecord }
  | { readonly kind: 'not'; readonly rule: string }

const defaultMaxPasses = 8

const idOf = uuidsIn('c27d1d0e-5b0c-5f2a-8a43-6d1e9f7b3c52')

/** Stays the same over retries and over a replay of the same topic. */
export function deliveryIdOf(eventId: string, subscription: string): string {
  return idOf(`${eventId}\n${subscription}`)
}

/** A replay is another delivery: a receiver must not take it for the one that it may have. */
export function replayIdOf(deliveryId: string, replay: string): string {
  return idOf(`${deliveryId}\n${replay}`)
}

export function routeRecord(deps: RouteDeps, input: InRecord): readonly OutRecord[] {
  if (input.value === null) return []
  const record = deps.decode(input.value)
  const out: OutRecord[] = []
  for (const subscription of deps.subscriptions) {
    const fate = fateOf(deps, subscription, record, input)
    if (fate.kind === 'sent') out.push(fate.record)
  }
  return out
}

export function fateOf(deps: RouteDeps, subscription: Subscription, record: CaseRecord, input: InRecord): Fate {
  const system = deps.systems.find(one => one.id === subscription.system)
  if (!system) return { kind: 'not', rule: 'no-such-system' }
  // Domain.md 9.8: the system whose message directly caused the event already knows.
  if (record.envelope.system === system.id) return { kind: 'not', rule: 'echo' }
  const passed = (input.headers.hub_path ?? '').split(',').filter(one => one !== '')
  if (passed.filter(one => one === system.id).length >= (deps.maxPasses ?? defaultMaxPasses))
    return { kind: 'not', rule: 'hub-path' }
  const part = involvementOf({ ...deps, noRight: deps.table.noRight }, record, system)
  const unfit = misfit(subscription.filter, record, part)
  if (unfit !== null) return { kind: 'not', rule: `filter-${unfit}` }
  const decision = decide(deps, subscription, system, record, part)
  return {
    kind: 'sent',
    record: {
      topic: deps.outTopic(subscription.id),
      key: input.key,
      value: input.value,
      partition: input.partition,
      headers: {
        ...input.headers,
        hub_path: [...passed, system.id].join(','),
        hub_delivery: deliveryIdOf(decision.event, subscription.id),
        hub_decision: JSON.stringify(decision),
      },
    },
  }
}

/** Route as a pipeline step: no state between records. The subscriptions in force are looked at once a batch, so that one offset
 *  parts what was routed before a change from what was routed after it. */
export function routeStep(
  common: Omit<RouteDeps, 'subscriptions'>,
  inForce: () => readonly Subscription[],
): (batch: Batch) => StepResult {
  return batch => {
    const outputs: Output[] = []
    const deps: RouteDeps = { ...common, subscriptions: inForce() }
    for (const [from, input] of batch.records.entries()) {
      for (const record of routeRecord(deps, input)) outputs.push({ from, record })
    }
    return { outputs }
  }
}
