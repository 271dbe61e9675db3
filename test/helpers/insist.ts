// A sender that does not give up: at most so many calls at once, each message again until it is answered, as a real sender would.
import { Agent, request } from 'node:http'

export interface Wire {
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
}

export interface Insisted {
  readonly status: number
  readonly messageId: string
  readonly at: number
  readonly tries: number
}

export interface Insistent {
  /** @param wire made anew for each try: a signature is fresh for ninety seconds only */
  send(wire: () => Wire): Promise<Insisted>
  /** Answers after which a message was sent again, and what kept others from being answered. */
  readonly odd: Readonly<Record<string, number>>
  close(): void
}

const atOnce = 64

const pause = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))

/** @param timeoutMs a message is sent again after so long without an answer; the first copy may still be taken in later */
export function insistent(port: number, timeoutMs = 8000): Insistent {
  const agent = new Agent({ keepAlive: true })
  const odd: Record<string, number> = {}
  const count = (name: string): void => {
    odd[name] = (odd[name] ?? 0) + 1
  }
  const inTurn = turns()
  return {
    odd,
    close: () => agent.destroy(),
    async send(wire) {
      for (let tries = 1; ; tries += 1) {
        let waitMs = 300
        try {
          const answer = await inTurn(() => call({ agent, port, timeoutMs }, wire()))
          if (answer.status < 500 && ![401, 429].includes(answer.status)) return { ...answer, at: Date.now(), tries }
          count(String(answer.status))
        } catch (error) {
          // Not answered: perhaps stored, perhaps not. The same again.
          const { code = (error as Error).message } = error as NodeJS.ErrnoException
          count(code)
          // A hub that starts needs the processor more than those who wait for it.
          if (code === 'ECONNREFUSED') waitMs = 1000
        }
        await pause(waitMs * (1 + Math.random()))
      }
    },
  }
}

function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  const queue: (() => void)[] = []
  let calling = 0
  return async work => {
    if (calling >= atOnce) await new Promise<void>(done => queue.push(done))
    calling += 1
    try {
      return await work()
    } finally {
      calling -= 1
      queue.shift()?.()
    }
  }
}

function call(
  { agent, port, timeoutMs }: { readonly agent: Agent; readonly port: number; readonly timeoutMs: number },
  { path, headers, body }: Wire,
): Promise<{ status: number; messageId: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { port, host: '127.0.0.1', method: 'POST', path, headers, agent, timeout: timeoutMs },
      answer => {
        answer.resume()
        answer.on('end', () =>
          resolve({ status: answer.statusCode!, messageId: String(answer.headers['hub-message-id'] ?? '-') }),
        )
        answer.on('error', reject)
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('timeout')))
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Calls `say` with 0, 1, 2 ... at a fixed rate, whatever becomes of the calls before. */
export async function atRate(rate: number, count: number, say: (index: number) => void): Promise<void> {
  const startedAt = Date.now()
  for (let next = 0; next < count; await pause(5)) {
    const due = Math.floor(((Date.now() - startedAt) / 1000) * rate)
    for (; next < count && next <= due; next += 1) say(next)
  }
}
