// Exchanges in which the hub sends: to be taken in, to be refused, or to be taken in after a failure.
import type { Exchange, Outgoing } from '#schemas/exchanges.ts'
import { finding } from '../findings.ts'
import type { Tried } from '../observer.ts'
import type { Stand } from '../stand.ts'
import { type Check, type Evidence, type Known, type Verdict, waiting } from '../types.ts'
import { isFailure, isRefused, isTaken, telling, tryEvidence, tryFinding } from './tries.ts'

/** A department needs a moment to make its system fail or refuse: until it shows, another case is sent, ever more rarely, so
 *  that its test system does not fill up meanwhile. */
const anotherAfterMs = 3000
const rarestMs = 60_000

class Sender {
  readonly #stand: Stand
  readonly #expect: Outgoing<'delivered' | 'refusal' | 'recovery'>
  readonly #messages: string[] = []
  #lastAt = 0

  constructor(stand: Stand, expect: Outgoing<'delivered' | 'refusal' | 'recovery'>) {
    this.#stand = stand
    this.#expect = expect
  }

  async send(): Promise<void> {
    this.#lastAt = this.#stand.deps.now()
    this.#messages.push(await this.#stand.issue(this.#expect))
  }

  async sendAnother(): Promise<void> {
    const pause = Math.min(rarestMs, anotherAfterMs * 1.5 ** (this.#messages.length - 1))
    if (this.#stand.deps.now() - this.#lastAt >= pause) await this.send()
  }

  /** Attempts of each message sent so far. */
  byMessage(): readonly (readonly Tried[])[] {
    return this.#messages.map(id => telling(this.#stand.deps.observer.triesOf(id)))
  }

  all(): readonly Tried[] {
    return this.byMessage().flat()
  }

  seen(): readonly Evidence[] {
    return tryEvidence(this.#messages.flatMap(id => this.#stand.deps.observer.triesOf(id)))
  }

  /** Ids of a delivery once it was seen being routed too. */
  known({ messageId, deliveryId }: Tried): Known | undefined {
    const entry = this.#stand.entry(messageId, deliveryId)
    return entry && { messageId, deliveryId, caseId: entry.caseId }
  }

  /** A delivery that was given back later: a system that answers by files says so in a message of its own. */
  givenBack(): Tried | undefined {
    const back = new Set(
      this.#stand.deps.observer.events.filter(one => one.status === 'RETURNED').map(one => one.caseId),
    )
    return this.all().find(tried => isTaken(tried) && back.has(this.known(tried)?.caseId ?? ''))
  }

  passed(tried: Tried): Verdict {
    const known = this.known(tried)
    return known ? { kind: 'passed', known } : waiting
  }
}

export function delivered(stand: Stand, expect: Outgoing<'delivered'>): Check {
  const sender = new Sender(stand, expect)
  return {
    begin: () => sender.send(),
    look() {
      const last = sender.all().at(-1)
      if (last === undefined || isFailure(last)) return waiting
      return last.outcome === 'delivered' ? sender.passed(last) : { kind: 'failed', finding: tryFinding(sender.all()) }
    },
    overdue: () => tryFinding(sender.all()),
    seen: () => sender.seen(),
  }
}

export function refusal(stand: Stand, expect: Outgoing<'refusal'>, { act }: Pick<Exchange, 'act'>): Check {
  const sender = new Sender(stand, expect)
  return {
    begin: () => sender.send(),
    async look() {
      const refused = sender.byMessage().find(isRefused)?.at(-1) ?? sender.givenBack()
      if (refused) return sender.passed(refused)
      const last = sender.byMessage().at(-1)?.at(-1)
      if (last === undefined || !isTaken(last)) return waiting
      if (act === undefined) return { kind: 'failed', finding: finding('NOT_REFUSED') }
      await sender.sendAnother()
      return waiting
    },
    overdue() {
      const last = sender.all().at(-1)
      return last && isTaken(last) ? finding('NOT_REFUSED') : tryFinding(sender.all())
    },
    seen: () => sender.seen(),
  }
}

export function recovery(stand: Stand, expect: Outgoing<'recovery'>): Check {
  const sender = new Sender(stand, expect)
  return {
    begin: () => sender.send(),
    async look() {
      const sent = sender.byMessage()
      const failed = sent.findIndex(tries => tries.some(isFailure))
      const ends = failed < 0 ? [] : sent.slice(failed).map(tries => tries.at(-1))
      const came = ends.find(end => end !== undefined && isTaken(end))
      if (came) return sender.passed(came)
      const last = sent.at(-1)?.at(-1)
      // Taken in before the failure began, refused as the step before asked for, or given up during a long failure:
      // what comes next decides.
      if (last && !isFailure(last)) await sender.sendAnother()
      return waiting
    },
    overdue: () => finding(sender.all().some(isFailure) ? 'NOT_RECOVERED' : 'NO_OUTAGE'),
    seen: () => sender.seen(),
  }
}
