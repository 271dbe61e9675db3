// Stops the broker when the hub dies without a word (kill -9, out of memory).
// A shell waits on a pipe whose other end only the hub holds: end of file means the hub is gone.
import { spawn } from 'node:child_process'

const SCRIPT = `
read -r line && exit 0
kill -TERM "$1" 2>/dev/null || exit 0
n=0
while kill -0 "$1" 2>/dev/null; do
  n=$((n + 1))
  [ "$n" -gt 15 ] && kill -KILL "$1" 2>/dev/null
  sleep 1
done
`

/** Returns the call that sends the watchdog home, to be made once the broker has ended. */
export function watchOver(brokerPid: number): () => void {
  const child = spawn('sh', ['-c', SCRIPT, 'sh', String(brokerPid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // No shell, no watchdog: the next start still finds the broker by its pid file.
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  child.unref()
  return () => child.stdin.end('done\n')
}
