// Stands in for the coordination system over a real socket: acknowledges at once, calls back with its own number.
import {
  irsPush,
  type Json,
  type JsonObject,
  type Simulator,
  type SimulatorAnswer,
  type StartSimulator,
  startHttpSimulator,
} from '../sdk.ts'
import { copyOf, keep, lookUp, openBook, storeOf, take } from './simulator-book.ts'
import { gate } from './simulator-gate.ts'

const pushPath = /^\/restapi\/prod\/IC33\w+\/matter\/push$/
const queryPath = /^\/restapi\/prod\/IC33\w+\/matter\/query$/
const callbackWaitMs = 20
const callbackRetryMs = 500
const callbackAttempts = 240

export const startSimulator: StartSimulator = async options => {
  const book = openBook(options.system, options.now)
  const calls = callbackLine(native => simulator.send('callback', native).then(answer => answer.status))
  const simulator: Simulator = await startHttpSimulator(options, {
    handle: (request, refuse) => {
      const stopped = gate(request, options.credentials.outbound, (options.signedAt ?? options.now)())
      if (stopped) return stopped
      if (request.method === 'GET' && queryPath.test(request.path))
        return json(lookUp(book, request.query?.requestId ?? ''))
      if (request.method !== 'POST' || !pushPath.test(request.path)) return forbidden()
      const taken = take(book, request.body.toString(), refuse)
      if (taken.callback) calls.add(taken.callback)
      return json(taken.answer)
    },
    build: (message, native) => {
      keep(book, message, native)
      return irsPush(options, message, native)
    },
    store: () => storeOf(book),
    reexport: request => {
      const native = copyOf(book, request.body.toString())
      return native ? [{ message: 'matter', native }] : []
    },
  })
  return {
    ...simulator,
    close: () => {
      calls.stop()
      return simulator.close()
    },
  }
}

interface CallbackLine {
  add(native: JsonObject): void
  stop(): void
}

/** Callbacks go out one after the other, after the answer, and again while the hub is away. */
function callbackLine(send: (native: JsonObject) => Promise<number>): CallbackLine {
  const waiting: { native: JsonObject; attempt: number }[] = []
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let sending = false
  const plan = (waitMs: number): void => {
    if (stopped || sending || timer !== undefined || waiting.length === 0) return
    timer = setTimeout(() => {
      timer = undefined
      void next()
    }, waitMs)
  }
  const next = async (): Promise<void> => {
    const first = waiting[0]!
    sending = true
    const status = await send(first.native).catch(() => 503)
    sending = false
    first.attempt += 1
    // 401: two calls of one second bear one signature, and only one of them is let in; the next one is signed anew.
    const again = (status >= 500 || status === 429 || status === 401) && first.attempt < callbackAttempts
    if (!again) waiting.shift()
    plan(again ? callbackRetryMs : 0)
  }
  return {
    add: native => {
      waiting.push({ native, attempt: 0 })
      plan(callbackWaitMs)
    },
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}

function json(tree: Json): SimulatorAnswer {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return { status: 200, headers, body: Buffer.from(JSON.stringify(tree)) }
}

function forbidden(): SimulatorAnswer {
  return {
    status: 401,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: Buffer.from('The route_id is forbidden.'),
  }
}
