// Correlate as a pipeline step: records in order, events and state in one transaction, then the store with its position.
import type { Batch, Written } from '../kafka/port.ts'
import { positionName } from '../pipeline/catch-up.ts'
import type { Fate, Output, StepResult } from '../pipeline/stage.ts'
import { type CorrelateDeps, correlateRecord } from './stage.ts'

export interface CorrelateRun {
  readonly step: (batch: Batch) => Promise<StepResult>
  readonly discard: (fate: Fate) => void
  /** Brings the store nearer to case-state while others decide, so that little is left to read when it is our turn. */
  readonly follow: () => Promise<void>
}

/** @param catchUp brings the store level with case-state; run before the first batch and whenever a commit is in doubt */
export function correlateRun(
  deps: CorrelateDeps,
  stateTopic: string,
  catchUp: () => Promise<unknown>,
  decided: (type: string) => void,
): CorrelateRun {
  let place: 'behind' | 'catching up' | 'level' = 'behind'
  let following: Promise<unknown> | null = null
  async function becomeLevel(): Promise<void> {
    place = 'catching up'
    try {
      // Read for others, it may end before the last word of the member before us.
      await following
      await catchUp()
      place = 'level'
    } finally {
      if (place !== 'level') place = 'behind'
    }
  }
  return {
    async step(batch) {
      if (place !== 'level') await becomeLevel()
      const outputs: Output[] = []
      for (const [from, input] of batch.records.entries()) {
        for (const record of correlateRecord(deps, input)) outputs.push({ from, record })
      }
      const events = outputs.length
      const last = batch.records.length - 1
      for (const record of deps.state.records()) outputs.push({ from: last, record })
      return {
        outputs,
        committed(written) {
          deps.state.keep(positionsOf(written, stateTopic))
          for (const { record } of outputs.slice(0, events)) decided(record.headers?.ce_type ?? '')
        },
      }
    },
    discard(fate) {
      deps.state.drop()
      if (fate !== 'none') place = 'behind'
    },
    async follow() {
      // With a batch in hand the step alone writes to the store.
      if (place !== 'behind') return
      following ??= catchUp()
        .catch(() => undefined)
        .finally(() => {
          following = null
        })
      await following
    },
  }
}

function positionsOf(written: readonly Written[], topic: string): Record<string, string> {
  const out: Record<string, string> = {}
  for (const one of written) if (one.topic === topic) out[positionName(topic, one.partition)] = String(one.offset + 1n)
  return out
}
