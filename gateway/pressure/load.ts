// What this process itself has left: heap, memory, and time of its event loop.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { memoryUsage } from 'node:process'
import { getHeapStatistics } from 'node:v8'

export interface Load {
  /** Used part of the largest heap the engine may have, 0 to 1. */
  readonly heap: number
  readonly memoryBytes: number
  /** Mean delay of the event loop since the last look. */
  readonly loopMs: number
}

export type Strain = 'HEAP' | 'MEMORY' | 'EVENT_LOOP'

export interface LoadMeter {
  look(): Load
  stop(): void
}

const resolutionMs = 20
const heapMax = 0.85
/** Seconds in which nothing else is served: whoever sends more now only waits longer. */
const loopMaxMs = 500
/** Taken in again below this part of a mark. */
const resumeFactor = 0.9

export function loadMeter(): LoadMeter {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  return {
    look() {
      const { used_heap_size, heap_size_limit } = getHeapStatistics()
      const mean = delay.count === 0 ? 0 : delay.mean / 1e6 - resolutionMs
      delay.reset()
      return { heap: used_heap_size / heap_size_limit, memoryBytes: memoryUsage.rss(), loopMs: Math.max(0, mean) }
    },
    stop: () => void delay.disable(),
  }
}

/** @param before what was strained at the last look */
export function strainOf(load: Load, memoryMax: number, before: Strain | undefined): Strain | undefined {
  const isOver = (kind: Strain, value: number, max: number) => value > (before === kind ? max * resumeFactor : max)
  if (isOver('HEAP', load.heap, heapMax)) return 'HEAP'
  if (isOver('MEMORY', load.memoryBytes, memoryMax)) return 'MEMORY'
  return isOver('EVENT_LOOP', load.loopMs, loopMaxMs) ? 'EVENT_LOOP' : undefined
}
