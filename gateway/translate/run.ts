// Translate as a pipeline step: every record of a batch by itself, no state between them. The mappings in force are looked at
// once a batch, so that in each partition one offset parts the versions.
import type { Batch } from '../kafka/port.ts'
import type { Connector } from '../loader/connector.ts'
import type { Output, StepResult } from '../pipeline/stage.ts'
import { type TranslateDeps, translateRecord } from './stage.ts'

export function translateStep(
  common: Omit<TranslateDeps, 'connectors'>,
  inForce: () => ReadonlyMap<string, Connector>,
  translated: (system: string, ok: boolean) => void,
): (batch: Batch) => StepResult {
  return batch => {
    const outputs: Output[] = []
    const deps: TranslateDeps = { ...common, connectors: inForce() }
    for (const [from, input] of batch.records.entries()) {
      const records = translateRecord(deps, input)
      if (records.length > 0) translated(deps.topics.systemOf(input.topic), records[0]!.topic === deps.topics.canonical)
      for (const record of records) outputs.push({ from, record })
    }
    return { outputs }
  }
}
