// Loaded into every command that enter.mjs runs: when enter.mjs dies without a word (kill -9), the command ends too.
import { isMainThread } from 'node:worker_threads'

if (isMainThread && process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  // Listening alone must not keep a finished command alive.
  process.channel.unref()
}
