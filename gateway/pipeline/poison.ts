// Finds the record on which a step fails every time, so that it can be set aside and what lies behind it flows on.
import { isHubError } from '#schemas/errors.ts'
import type { Batch } from '../kafka/port.ts'
import type { Step, StepResult } from './stage.ts'

/** Indexes of a batch's records that were set aside, with why. */
export type Aside = Map<number, unknown>

/** So many records set aside with none between that passed are no poison but a fault of the stage itself. */
export const mostAside = 20

/** Is the record or our code to blame, and not a broker, a disk or a store? */
function isOwnFault(error: unknown): boolean {
  if (isHubError(error)) return !error.entry.retryable
  const { code, syscall } = error as { code?: unknown; syscall?: unknown }
  return syscall === undefined && !(typeof code === 'string' && code.startsWith('ERR_SQLITE'))
}

/** The step over all records but those set aside; `from` counts in the whole batch. */
export async function stepWithout(step: Step, batch: Batch, aside: Aside): Promise<StepResult> {
  if (aside.size === 0) return step(batch)
  const kept = keptOf(batch, aside)
  if (kept.length === 0) return { outputs: [] }
  const result = await step(partOf(batch, kept))
  return { ...result, outputs: result.outputs.map(({ from, record }) => ({ from: kept[from]!, record })) }
}

/** The first record without which the records before it pass; undefined when the step fails on nothing at all, or not again.
 *  A step may carry state from record to record, so it is asked about beginnings of the batch and never about one alone. */
export async function findPoison(
  step: Step,
  batch: Batch,
  aside: Aside,
  discard: () => Promise<void>,
): Promise<{ readonly index: number; readonly error: unknown } | undefined> {
  const kept = keptOf(batch, aside)
  const failureOf = async (count: number): Promise<unknown> => {
    try {
      await step(partOf(batch, kept.slice(0, count)))
      return undefined
    } catch (error) {
      return error
    } finally {
      await discard()
    }
  }
  let error = await failureOf(kept.length)
  if (error === undefined || !isOwnFault(error) || (await failureOf(0)) !== undefined) return undefined
  let passes = 0
  let fails = kept.length
  while (fails - passes > 1) {
    const middle = (passes + fails) >> 1
    const failure = await failureOf(middle)
    if (failure === undefined) passes = middle
    else if (!isOwnFault(failure)) return undefined
    else [fails, error] = [middle, failure]
  }
  return { index: kept[fails - 1]!, error }
}

function keptOf(batch: Batch, aside: Aside): number[] {
  return [...batch.records.keys()].filter(index => !aside.has(index))
}

function partOf(batch: Batch, indexes: readonly number[]): Batch {
  return { records: indexes.map(index => batch.records[index]!) }
}
