// One call and what comes back of it, piece by piece and never more than is wanted. How far it got decides what its failure
// means: as long as no connection stands, nothing was sent.
import type { Dispatcher } from 'undici'
import type { HttpAnswer } from '#connectors/sdk.ts'

export interface Reading {
  readonly timeoutMs: number
  /** More than that is not read. */
  readonly maxBytes: number
  /** The head says all; so long the rest may take. Without it the whole body is the answer. */
  readonly restMs?: number
}

/** Interim answers (1xx) before the real one. */
const maxInterim = 20

const none = Buffer.alloc(0)

export class Exchange implements Dispatcher.DispatchHandler {
  /** May any of it have reached the receiver? */
  isSent = false
  readonly #reading: Reading
  readonly #resolve: (answer: HttpAnswer) => void
  readonly #reject: (error: unknown) => void
  #controller: Dispatcher.DispatchController | undefined
  #timer: NodeJS.Timeout
  #isOver = false
  #interim = 0
  #head: Omit<HttpAnswer, 'body'> | undefined
  #chunks: Buffer[] = []
  #bytes = 0

  constructor(reading: Reading, resolve: (answer: HttpAnswer) => void, reject: (error: unknown) => void) {
    this.#reading = reading
    this.#resolve = resolve
    this.#reject = reject
    this.#timer = setTimeout(() => this.#cutOff('TIMED_OUT'), reading.timeoutMs)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isOver) this.#hangUp()
    else this.isSent = true
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (this.#isOver) return
    if (status < 200) {
      this.#interim += 1
      if (this.#interim > maxInterim) this.#cutOff('TOO_MANY_INTERIM')
      return
    }
    this.#head = { status, headers: textHeaders(headers) }
    const { restMs, maxBytes } = this.#reading
    if (Number(headers['content-length']) > maxBytes) this.#cutOff('ANSWER_TOO_LARGE')
    else if (restMs !== undefined) {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.#cutOff('TIMED_OUT'), restMs)
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return
    this.#bytes += chunk.length
    if (this.#bytes > this.#reading.maxBytes) this.#cutOff('ANSWER_TOO_LARGE')
    else if (this.#reading.restMs === undefined) this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.#end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(error)
  }

  #cutOff(code: string): void {
    this.#end(Object.assign(new Error(code), { code }))
    this.#hangUp()
  }

  #hangUp(): void {
    this.#controller?.abort(new Error('over'))
  }

  #end(error?: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    const isSettled = error === undefined || this.#reading.restMs !== undefined
    if (this.#head && isSettled) this.#resolve({ ...this.#head, body: this.#body() })
    else this.#reject(error)
    this.#chunks = []
  }

  #body(): Buffer {
    return this.#chunks.length === 0 ? none : Buffer.concat(this.#chunks)
  }
}

function textHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) out[name] = String(value)
  return out
}
