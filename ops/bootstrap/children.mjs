// Runs child processes so that none is left behind: each in its own process group, signals passed on once.
import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'

const PROGRESS_AFTER_MS = 2000
const PROGRESS_EVERY_MS = 10_000
// npm passes on the signal that the terminal has already sent: what comes this soon is the same key press.
const SAME_PRESS_MS = 700

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }

// Started by npm, we are its child: when it is gone without a word, so is the user.
const PARENT_CHECK_MS = 500
// A download tool may take a signal as a wish; it has nothing worth waiting for.
const STEP_STOP_MS = 2000

/** Thrown out of a step that the user stopped. */
export class Stopped extends Error {}

/** Forwards signals to whatever child runs now; the second one kills its whole group. */
export function createChildren({ now = Date.now } = {}) {
  let current
  let firstSignalAt
  let stoppedBy
  const onSignal = signal => {
    if (firstSignalAt === undefined) {
      firstSignalAt = now()
      stoppedBy = signal
      current?.stop(signal)
    } else if (now() - firstSignalAt > SAME_PRESS_MS) current?.kill()
  }
  for (const signal of Object.keys(signalNumbers)) process.on(signal, () => onSignal(signal))
  process.on('exit', () => current?.kill())
  if (process.env.npm_lifecycle_event !== undefined) watchParent(() => onSignal('SIGTERM'))

  const track = (child, stop) => {
    current = { stop: signal => stop(child, signal), kill: () => killGroup(child, 'SIGKILL') }
    return new Promise((resolve, reject) => {
      child.once('error', error => {
        current = undefined
        reject(error)
      })
      child.once('close', (code, signal) => {
        current = undefined
        resolve(code ?? 128 + (signalNumbers[signal] ?? 9))
      })
    })
  }
  return {
    /** The exit code that tells the shell which signal ended us; undefined while none came. */
    stoppedCode: () => (stoppedBy === undefined ? undefined : 128 + signalNumbers[stoppedBy]),
    /** A command the user talks to: its output is the terminal. Resolves with its exit code. */
    run: (command, args, options = {}) =>
      track(spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], detached: true, ...options }), ask),
    /** A quiet step: output goes to a log file and comes back, progress lines only when it is slow. */
    step: async (progress, logFile, command, args, options = {}) => {
      const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options })
      const output = []
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => output.push(chunk))
      const stopProgress = showProgress(progress)
      try {
        const code = await track(child, cut)
        if (stoppedBy !== undefined) throw new Stopped()
        const text = Buffer.concat(output).toString()
        writeLog(logFile, command, args, text)
        return { code, text }
      } finally {
        stopProgress()
      }
    },
  }
}

function watchParent(onGone) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onGone()
  }, PARENT_CHECK_MS)
  timer.unref()
}

// A closed terminal asks for the same orderly end as SIGTERM.
function ask(child, signal) {
  killGroup(child, signal === 'SIGHUP' ? 'SIGTERM' : signal)
}

function cut(child) {
  killGroup(child, 'SIGTERM')
  setTimeout(() => killGroup(child, 'SIGKILL'), STEP_STOP_MS).unref()
}

function killGroup(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group has ended already.
  }
}

// The log is a help, not a duty: a full disk must not hide the error it is about.
function writeLog(logFile, command, args, text) {
  try {
    appendFileSync(logFile, `$ ${command} ${args.join(' ')}\n${text}\n`)
  } catch {
    // See above.
  }
}

function showProgress(progress) {
  const startedAt = Date.now()
  const say = () => {
    const seconds = Math.round((Date.now() - startedAt) / 1000)
    process.stderr.write(`… ${progress.zh} / ${progress.en} (${seconds} s)\n`)
  }
  let every
  const first = setTimeout(() => {
    say()
    every = setInterval(say, PROGRESS_EVERY_MS)
  }, PROGRESS_AFTER_MS)
  return () => {
    clearTimeout(first)
    clearInterval(every)
  }
}
