// Which cases of one subscription go on although an event of theirs was left out: the next event that arrives says so, by the
// sequence of the last one skipped. Kept in the topic lanes until it has been said.
import type { OutRecord } from '../kafka/port.ts'
import type { Entry } from './entry.ts'
import type { About } from './records.ts'

export class Gaps {
  readonly #about: About
  readonly #skipped = new Map<string, string>()

  constructor(about: About) {
    this.#about = about
  }

  /** @param skipped by case */
  restart(skipped: ReadonlyMap<string, string>): void {
    this.#skipped.clear()
    for (const [caseId, sequence] of skipped) this.#skipped.set(caseId, sequence)
  }

  of(caseId: string): string | undefined {
    return this.#skipped.get(caseId)
  }

  raise({ caseId, partition, headers }: Entry): OutRecord {
    const sequence = headers.ce_sequence ?? '0'
    this.#skipped.set(caseId, sequence)
    return gapRecord(this.#about, caseId, partition, sequence)
  }

  /** After an event that bore the mark has arrived. */
  close({ caseId, partition }: Entry): OutRecord[] {
    return this.#skipped.delete(caseId) ? [gapRecord(this.#about, caseId, partition, null)] : []
  }
}

export function gapKey(subscription: string, caseId = ''): string {
  return `${subscription}/gap/${caseId}`
}

function gapRecord(about: About, caseId: string, partition: number, sequence: string | null): OutRecord {
  const value = sequence === null ? null : Buffer.from(sequence)
  return { topic: about.topics.lanes, key: gapKey(about.subscription, caseId), value, partition }
}
