// What the hub answers to a file: counts, and of each item that it does not take its place and the reason, never its words.
import type { ItemResult } from '#connectors/sdk.ts'
import type { Problem } from '../../sources/port.ts'

/** A file of nothing but faults must not make an answer larger than itself. */
const maxRefusals = 1000

interface Refusal extends Problem {
  readonly index: number
}

export class Ack {
  readonly #counts = { accepted: 0, duplicate: 0, conflict: 0, refused: 0 }
  readonly #refusals: Refusal[] = []

  add(results: readonly ItemResult[]): void {
    for (const { index, status, problem } of results) {
      this.#counts[status] += 1
      if (problem && this.#refusals.length < maxRefusals) this.#refusals.push({ index, ...problem })
    }
  }

  /** Nothing of the file could be used. */
  isFailure(problem: Problem | undefined): boolean {
    const { accepted, duplicate, refused, conflict } = this.#counts
    return problem !== undefined || (accepted + duplicate === 0 && refused + conflict > 0)
  }

  toBytes(file: string, at: Date, problem: Problem | undefined): Buffer {
    const { accepted, duplicate, conflict, refused } = this.#counts
    const answer = {
      file,
      at: at.toISOString(),
      result: this.isFailure(problem) ? 'failed' : 'done',
      items: accepted + duplicate + conflict + refused,
      ...this.#counts,
      refusals: this.#refusals,
      ...(problem ? { problem } : {}),
    }
    return Buffer.from(`${JSON.stringify(answer, null, 1)}\n`)
  }
}
