// Waits that grow while trouble lasts, and end early when somebody wants to stop.

const firstMs = 100
const maxMs = 5000

export class Backoff {
  readonly #random: () => number
  #tries = 0
  #wake: (() => void) | null = null

  /** Without `random` the full wait is taken each time. */
  constructor(random: () => number = () => 1) {
    this.#random = random
  }

  /** No trouble since the last success. */
  get fresh(): boolean {
    return this.#tries === 0
  }

  wait(): Promise<void> {
    const full = Math.min(maxMs, firstMs * 2 ** this.#tries++)
    return this.rest(full / 2 + (full / 2) * this.#random())
  }

  rest(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  wake(): void {
    this.#wake?.()
  }

  reset(): void {
    this.#tries = 0
  }
}
