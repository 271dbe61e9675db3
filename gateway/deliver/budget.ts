// How many repeats a subscription may make: what fails again and again must not become a storm, however much of it waits.
// A token bucket; a repeat that succeeds gives its token back, so that draining after an outage is not held up.

export interface BudgetSettings {
  readonly perSecond: number
  /** What each success adds beside. */
  readonly share: number
  readonly most: number
}

const defaults: BudgetSettings = { perSecond: 10, share: 0.2, most: 100 }

export class RetryBudget {
  readonly #now: () => number
  readonly #settings: BudgetSettings
  #tokens: number
  #at: number

  constructor(now: () => number, settings: Partial<BudgetSettings> = {}) {
    this.#now = now
    this.#settings = { ...defaults, ...settings }
    this.#tokens = this.#settings.most
    this.#at = now()
  }

  /** One repeat may be made. */
  take(): boolean {
    const now = this.#now()
    this.#add(((now - this.#at) / 1000) * this.#settings.perSecond)
    this.#at = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  succeeded(wasRepeat: boolean): void {
    this.#add(this.#settings.share + (wasRepeat ? 1 : 0))
  }

  #add(tokens: number): void {
    this.#tokens = Math.min(this.#settings.most, this.#tokens + Math.max(0, tokens))
  }
}
