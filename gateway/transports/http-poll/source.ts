// The way http-poll: asks a system for its lists page by page and gives what is new on each.
// Positions move only after a page is stored. A page that is none leaves everything where it was.
import type { HttpAnswer, OutboundCall } from '#connectors/sdk.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { PollSpec } from '#schemas/transport.ts'
import type { Read } from '../../formats/read.ts'
import type { Find, Source, SourceParts } from '../../sources/port.ts'
import { createSession, type Session } from '../session.ts'
import { linesOf, type Page, readPage } from './page.ts'
import { after, freshOf, type Limits, type Pass, type Position, passOf, start } from './position.ts'
import { pageRequest } from './request.ts'

const remembered = 5000
const longestWaitMs = 3_600_000

export function pollSource(parts: SourceParts): Source {
  const { system, way } = parts
  const at = {
    ...system,
    url: way.url,
    outbound: { credentials: way.credentials ?? system.outbound?.credentials ?? {} },
  }
  const session = createSession({ ...parts, system: at })
  const lists = (parts.connector.manifest.transport.poll ?? []).map(spec => new List(parts, session, spec))
  return {
    async next() {
      for (const list of lists) {
        const find = await list.next()
        if (find) return find
      }
      return undefined
    },
    close: () => Promise.resolve(),
  }
}

class List {
  readonly #parts: SourceParts
  readonly #session: Session
  readonly #spec: PollSpec
  readonly #limits: Limits
  readonly #name: string
  #position: Position | undefined
  /** Prints of the page before, in this pass. */
  #before = ''
  #notBefore = 0
  /** A pass has come to its end: the next one waits for the usual rest, whatever this one brought. */
  #isOver = false

  constructor(parts: SourceParts, session: Session, spec: PollSpec) {
    this.#parts = parts
    this.#session = session
    this.#spec = spec
    this.#limits = { overlapMs: spec.watermark?.overlapMs ?? 0, firstPage: spec.firstPage ?? 1, remembered }
    this.#name = `${parts.system.id}/${spec.message}`
  }

  /** Goes through pages until one has something new; undefined: the pass is over without. */
  async next(): Promise<Find | undefined> {
    const { now, positions } = this.#parts
    if (this.#isOver || now().getTime() < this.#notBefore) {
      this.#isOver = false
      return undefined
    }
    this.#position ??= (positions.get(this.#name) as unknown as Position | undefined) ?? start
    for (;;) {
      const pass = passOf(this.#position, this.#limits)
      const { page, latest } = await this.#ask(pass)
      const reads = this.#withoutRepeat(page.reads)
      const more = page.more && reads.length > 0
      if (!more) this.#before = ''
      const lines = linesOf(this.#spec, reads)
      const fresh = freshOf(this.#position, lines)
      const next = after(this.#position, lines, more, latest, this.#limits)
      if (fresh.includes(true))
        return this.#find(
          pass,
          reads.filter((_, index) => fresh[index]),
          next,
        )
      this.#position = next
      if (!more) return undefined
    }
  }

  /** A server that gives one page for every number would be asked for ever. */
  #withoutRepeat(reads: readonly Read[]): readonly Read[] {
    const prints = linesOf(this.#spec, reads)
      .map(line => line.print)
      .join()
    const repeats = prints !== '' && prints === this.#before
    this.#before = prints
    return repeats ? [] : reads
  }

  #find(pass: Pass, reads: readonly Read[], next: Position): Find {
    const { positions } = this.#parts
    return {
      message: this.#spec.message,
      name: `${this.#name} page ${pass.page}`,
      async *items() {
        yield reads
      },
      settled: () => Promise.resolve(),
      end: async () => {
        await positions.put(this.#name, next as unknown as Parameters<typeof positions.put>[1])
        this.#position = next
        this.#isOver = next.pass === undefined
      },
      release: async () => {
        this.#before = ''
      },
    }
  }

  /** Asks for one page; a ticket that ran out is asked for anew, once. */
  async #ask(pass: Pass): Promise<{ page: Extract<Page, { kind: 'page' }>; latest: number }> {
    for (const isSecond of [false, true]) {
      const { answer, ticket } = await this.#send(pass)
      const page = this.#read(answer)
      if (page.kind === 'page') return { page, latest: latestOf(answer, this.#parts.now()) }
      this.#session.forget(ticket)
      if (page.kind === 'expired' && !isSecond && ticket !== undefined) continue
      this.#rest(answer)
      throw this.#fault(page.kind === 'expired' ? 'UNAUTHORIZED' : page.cause)
    }
    throw this.#fault('UNAUTHORIZED')
  }

  async #send(pass: Pass): Promise<{ answer: HttpAnswer; ticket: string | undefined }> {
    const { system, way, push } = this.#parts
    try {
      const ticket = await this.#session.token(this.#call())
      const answer = await push.send(way.url, pageRequest(this.#spec, pass, ticket), system.id)
      return { answer, ticket }
    } catch (error) {
      if (!isHubError(error)) throw error
      const cause = String(error.facts.cause ?? error.code)
      throw new HubError('HUB_SOURCE_UNREACHABLE', { system: system.id, way: 'http-poll', cause }, error)
    }
  }

  #read(answer: HttpAnswer): Page {
    const { connector } = this.#parts
    try {
      return readPage(this.#spec, connector.manifest.messages[this.#spec.message]!, answer)
    } catch (error) {
      if (!isHubError(error)) throw error
      return { kind: 'fault', cause: String(error.facts.rule ?? error.code) }
    }
  }

  #call(): OutboundCall {
    const { system, way, now } = this.#parts
    const credentials = way.credentials ?? system.outbound?.credentials ?? {}
    const none = { native: null, deliveryId: '', attempt: 1 }
    return { ...none, system: system.id, message: this.#spec.message, now: now(), credentials }
  }

  #rest({ headers }: HttpAnswer): void {
    const seconds = Number(headers['retry-after'])
    if (seconds > 0) this.#notBefore = this.#parts.now().getTime() + Math.min(seconds * 1000, longestWaitMs)
  }

  #fault(cause: string): HubError {
    return new HubError('HUB_SOURCE_ANSWER', { system: this.#parts.system.id, message: this.#spec.message, cause })
  }
}

/** The earlier of both clocks: one that runs ahead, or jumps, must not make a list look read. */
function latestOf({ headers }: HttpAnswer, now: Date): number {
  const theirs = Date.parse(headers.date ?? '')
  return Number.isNaN(theirs) ? now.getTime() : Math.min(theirs, now.getTime())
}
