// Sets up what the command needs (packages, Node 24, Java, Kafka), then runs the command on Node 24.
// Static imports only of files that themselves need no package.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createChildren, Stopped } from './children.mjs'
import { commands } from './commands.mjs'
import { makeFolder } from './disk.mjs'
import { ensureKafka } from './kafka.mjs'
import { SetupError } from './messages.mjs'
import { ensurePackages, nodePath } from './packages.mjs'
import { closingLine } from './tests.mjs'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const leash = new URL('leash.mjs', import.meta.url).href

/** Resolves with the exit code. */
export async function main([name, ...args]) {
  const command = commands[name]
  if (command === undefined) throw new SetupError('HUB_SETUP_COMMAND_UNKNOWN', { command: name ?? '' })
  const children = createChildren()
  try {
    await setUp(command.needsKafka(args), children)
  } catch (error) {
    if (error instanceof Stopped) return children.stoppedCode()
    // Whoever counts tests must see that none ran, not nothing at all.
    if (command.counts) process.stdout.write(`${closingLine({ passed: 0, failed: 1 })}\n`)
    throw error
  }
  const node = (nodeArgs, variables = {}) =>
    children.run(nodePath(root), ['--import', leash, ...nodeArgs], {
      cwd: root,
      env: { ...process.env, ...variables },
    })
  const code = children.stoppedCode() ?? (await command.run({ root, children, node }, args))
  return children.stoppedCode() ?? code
}

async function setUp(needsKafka, children) {
  const cache = join(root, '.cache')
  makeFolder(cache)
  const setup = { root, logFile: join(cache, 'setup.log'), children }
  await ensurePackages(setup)
  if (needsKafka) await ensureKafka(setup)
}
