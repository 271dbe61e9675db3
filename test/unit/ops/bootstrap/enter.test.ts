// The front door in a scratch clone, with stand-ins for npm, java, mvn and the hub: every failure says one sentence in
// both languages, ends with a code that is not 0, and leaves no child behind.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'

const JAVA_17 = 'echo \'openjdk version "17.0.1"\' >&2'
const MAVEN = `for a in "$@"; do case "$a" in -DoutputDirectory=*) touch "\${a#*=}/kafka.jar";; esac; done`

interface Scratch {
  readonly root: string
  readonly tool: (name: string, script: string) => void
  readonly start: (command: string, ...args: string[]) => ChildProcess
}

function scratchClone(installed = true, extra: Record<string, string> = {}): Scratch {
  const root = mkdtempSync(join(tmpdir(), 'hub-enter-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  cpSync('ops/bootstrap', join(root, 'ops/bootstrap'), { recursive: true })
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  write('package-lock.json', '{"packages":{"":{},"node_modules/x":{"version":"1.0.0"}}}')
  write('ops/cli/hub.ts', "console.log('hub', process.argv.slice(2).join(' '))\n")
  if (installed) {
    write('node_modules/.package-lock.json', '{"packages":{"node_modules/x":{"version":"1.0.0"}}}')
    mkdirSync(join(root, 'node_modules/node/bin'), { recursive: true })
    symlinkSync(process.execPath, join(root, 'node_modules/node/bin/node'))
  }
  // The PATH holds only what a test puts there, and the shell's own tools.
  mkdirSync(join(root, 'bin'))
  for (const name of ['sh', 'touch', 'sleep'])
    symlinkSync(existsSync(`/bin/${name}`) ? `/bin/${name}` : `/usr/bin/${name}`, join(root, 'bin', name))
  return {
    root,
    tool: (name, script) => {
      writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${script}\n`)
      chmodSync(join(root, 'bin', name), 0o755)
    },
    start: (command, ...args) =>
      spawn(process.execPath, [join(root, 'ops/bootstrap/enter.mjs'), command, ...args], {
        env: { PATH: join(root, 'bin'), HOME: root, ...extra },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
  }
}

async function outcome(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  let out = ''
  let err = ''
  child.stdout?.on('data', chunk => (out += chunk))
  child.stderr?.on('data', chunk => (err += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

async function expectRefusal(scratch: Scratch, errorCode: string, command = 'start'): Promise<void> {
  const { code, err } = await outcome(scratch.start(command))
  expect(err).toMatch(new RegExp(`^✗ .*\\p{Script=Han}.*。\\n {2}[^\\n]+\\[${errorCode}\\]\\n$`, 'u'))
  expect(code).toBe(1)
}

test('sets up and runs the command, the second time without Maven', async () => {
  const scratch = scratchClone()
  scratch.tool('java', JAVA_17)
  scratch.tool('mvn', MAVEN)
  expect(await outcome(scratch.start('start', '--quiet'))).toEqual({ code: 0, out: 'hub start --quiet\n', err: '' })
  rmSync(join(scratch.root, 'bin/mvn'))
  expect((await outcome(scratch.start('start'))).out).toBe('hub start\n')
})

test('a command that needs no Kafka needs no Java', async () => {
  expect(await outcome(scratchClone().start('docs'))).toEqual({ code: 0, out: 'hub docs\n', err: '' })
})

test('starting with an existing Kafka needs no Java', async () => {
  const scratch = scratchClone(true, { KAFKA_BROKERS: '127.0.0.1:1' })
  expect(await outcome(scratch.start('start'))).toEqual({ code: 0, out: 'hub start\n', err: '' })
})

test('without Java', () => expectRefusal(scratchClone(), 'HUB_SETUP_JAVA_MISSING'))

test('with an old Java', async () => {
  const scratch = scratchClone()
  scratch.tool('java', 'echo \'java version "1.8.0_402"\' >&2')
  await expectRefusal(scratch, 'HUB_SETUP_JAVA_OLD')
})

test('without Maven', async () => {
  const scratch = scratchClone()
  scratch.tool('java', JAVA_17)
  await expectRefusal(scratch, 'HUB_SETUP_MAVEN_MISSING')
})

test.each([
  ['offline', 'echo "Could not transfer artifact"; exit 1', 'HUB_SETUP_MAVEN_FAILED'],
  ['on a full disk', 'echo "No space left on device"; exit 1', 'HUB_SETUP_DISK_FULL'],
])('Maven %s leaves no half cache', async (_, script, code) => {
  const scratch = scratchClone()
  scratch.tool('java', JAVA_17)
  scratch.tool('mvn', script)
  await expectRefusal(scratch, code)
  expect(existsSync(join(scratch.root, '.cache/kafka/4.2.0'))).toBe(false)
  expect(readFileSync(join(scratch.root, '.cache/setup.log'), 'utf8')).toContain('copy-dependencies')
})

test.each([
  ['is missing', undefined, 'HUB_SETUP_NPM_MISSING'],
  ['fails', 'exit 1', 'HUB_SETUP_NPM_FAILED'],
  ['installs no Node 24', 'exit 0', 'HUB_SETUP_NODE_INCOMPLETE'],
])('npm %s', async (_, script, code) => {
  const scratch = scratchClone(false)
  if (script !== undefined) scratch.tool('npm', `${script}`)
  await expectRefusal(scratch, code, 'docs')
})

test('an unknown command', () => expectRefusal(scratchClone(), 'HUB_SETUP_COMMAND_UNKNOWN', 'nonsense'))

test('a failed set-up of the tests still closes with the count', async () => {
  const { code, out } = await outcome(scratchClone().start('test'))
  expect({ code, out }).toEqual({ code: 1, out: '0 passed, 1 failed\n' })
})

test('passes the exit code on', async () => {
  const scratch = scratchClone()
  writeFileSync(join(scratch.root, 'ops/cli/hub.ts'), 'process.exit(7)\n')
  expect((await outcome(scratch.start('docs'))).code).toBe(7)
})

const STUBBORN = `
process.on('SIGINT', () => console.log('asked'))
process.on('SIGTERM', () => process.exit(0))
setInterval(() => {}, 1000)
console.log('pid ' + process.pid)
`

async function startStubborn(): Promise<{ child: ChildProcess; hub: number; text: () => string }> {
  const scratch = scratchClone()
  writeFileSync(join(scratch.root, 'ops/cli/hub.ts'), STUBBORN)
  const child = scratch.start('docs')
  let out = ''
  child.stdout?.on('data', chunk => (out += chunk))
  await expect.poll(() => out, { timeout: 10_000 }).toMatch(/pid \d+\n/)
  return { child, hub: Number(/pid (\d+)/.exec(out)?.[1]), text: () => out }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('one key press asks once, the second one forces', async () => {
  const { child, hub, text } = await startStubborn()
  child.kill('SIGINT')
  child.kill('SIGINT')
  await sleep(900)
  expect(text().match(/asked/g)).toHaveLength(1)
  expect(isAlive(hub)).toBe(true)
  child.kill('SIGINT')
  expect(await once(child, 'close')).toEqual([130, null])
  expect(isAlive(hub)).toBe(false)
})

test('when the front door is killed, the command ends too', async () => {
  const { child, hub } = await startStubborn()
  child.kill('SIGKILL')
  await once(child, 'close')
  await expect.poll(() => isAlive(hub), { timeout: 5000 }).toBe(false)
})

test('Ctrl-C during a download ends it, also one that does not listen', async () => {
  const scratch = scratchClone()
  scratch.tool('java', JAVA_17)
  scratch.tool('mvn', `trap '' INT TERM; echo $$ > ${scratch.root}/mvn.pid; while :; do sleep 1; done`)
  const child = scratch.start('start')
  await expect.poll(() => existsSync(join(scratch.root, 'mvn.pid')), { timeout: 10_000 }).toBe(true)
  child.kill('SIGINT')
  expect((await outcome(child)).code).toBe(130)
  expect(isAlive(Number(readFileSync(join(scratch.root, 'mvn.pid'), 'utf8')))).toBe(false)
})
