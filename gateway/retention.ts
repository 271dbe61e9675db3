// Destroys intake keys past their retention: what they sealed on in.*, canonical, invalid and dead letters can then never be read.
import type { KeyManager } from './security/key-manager.ts'

const dayMs = 86_400_000
/** The longest retention of a topic sealed under intake keys, and a day for messages received around midnight. */
const keptDays = 15
const everyMs = 3_600_000

/** Looks now and every hour. Returns what stops it. */
export function destroyOldKeys(keys: KeyManager, now: () => Date): () => void {
  const look = (): void => {
    keys.destroyIntakeBefore(new Date(now().getTime() - keptDays * dayMs).toISOString().slice(0, 10))
  }
  look()
  const timer = setInterval(look, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
