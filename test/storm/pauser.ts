// An operator who pauses and resumes one system over and over, through whichever hub answers.
import { sleep } from './helpers.ts'

export interface Pauser {
  /** Pauses for `pausedMs`, every `pausedMs + flowingMs`. 0: leaves the system alone. */
  every(flowingMs: number, pausedMs: number): void
  readonly pauses: number
  /** Ends with the system resumed. */
  stop(): Promise<void>
  /** Ends at once, whatever state the system is in: nobody may be there to hear. */
  abandon(): void
}

export function startPauser(ports: readonly number[], system: string, operatorKey: string): Pauser {
  const state = { flowingMs: 0, pausedMs: 0, pauses: 0, stopped: false, abandoned: false }
  const say = async (verb: 'pause' | 'resume'): Promise<void> => {
    for (let turn = 0; !state.abandoned; turn += 1) {
      const url = `http://127.0.0.1:${ports[turn % ports.length]}/admin/systems/${system}/${verb}`
      const answer = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${operatorKey}` },
        signal: AbortSignal.timeout(5000),
      }).catch(() => undefined)
      await answer?.arrayBuffer().catch(() => undefined)
      if (answer?.ok) return
      await sleep(200)
    }
  }
  const work = (async () => {
    while (!state.stopped) {
      if (state.pausedMs === 0) {
        await sleep(100)
        continue
      }
      await say('pause')
      state.pauses += 1
      await sleep(state.pausedMs)
      await say('resume')
      await sleep(state.flowingMs)
    }
  })()
  return {
    every(flowingMs, pausedMs) {
      Object.assign(state, { flowingMs, pausedMs })
    },
    get pauses() {
      return state.pauses
    },
    async stop() {
      state.stopped = true
      await work
    },
    abandon() {
      Object.assign(state, { stopped: true, abandoned: true })
    },
  }
}
