// ?dryRun=true: what a message would become, told to its sender; nothing is stored.
import { setImmediate } from 'node:timers/promises'
import type { Json } from '#connectors/sdk.ts'
import type { Connector } from '../loader/connector.ts'
import type { MappingDeps } from '../translate/stage.ts'
import { type Explained, explain } from './inbound.ts'
import type { More } from './trace.ts'

/** A large message has more fields than anybody waits for. */
const followForMs = 1000
/** Whoever else is at this door has a turn after so much. */
const turnMs = 10

export interface DryRunDeps extends Omit<MappingDeps, 'connectors' | 'unknownCode'> {
  /** With the mappings in force now. */
  readonly connectors: () => ReadonlyMap<string, Connector>
  readonly now: () => Date
}

/** @param follow say of each field where it went, as far as the time allows */
export type DryRun = (system: string, message: string, tree: Json, follow: boolean) => Promise<Explained>

export function createDryRun(deps: DryRunDeps): DryRun {
  return (system, message, tree, follow) => {
    const { systems, openTitle } = deps
    // What was only tried is no alarm.
    const quiet: MappingDeps = { systems, openTitle, connectors: deps.connectors(), unknownCode: () => undefined }
    const start = deps.now().getTime()
    return explain(quiet, {
      system,
      message,
      tree,
      about: {
        messageId: 'dry-run',
        contentHash: '',
        receivedAt: start,
        traceId: null,
        caseId: null,
        deliveryId: null,
        causationId: null,
      },
      more: patience(deps.now, follow ? followForMs : 0),
    })
  }
}

function patience(now: () => Date, forMs: number): More {
  const start = now().getTime()
  let turn = start
  return async () => {
    const at = now().getTime()
    if (at - turn >= turnMs) {
      await setImmediate()
      turn = now().getTime()
    }
    return at - start < forMs
  }
}
