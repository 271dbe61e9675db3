// The front door: `npm start`, `npm test` and all others begin here, on whatever Node (>= 20) the machine has.
// It sets up what the command needs (packages, Node 24, Java, Kafka), then runs the command on Node 24.
// Static imports only of files that themselves need no package.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createChildren } from './children.mjs'
import { commands } from './commands.mjs'
import { makeFolder } from './disk.mjs'
import { ensureKafka } from './kafka.mjs'
import { SetupError } from './messages.mjs'
import { ensurePackages, nodePath } from './packages.mjs'
import { closingLine } from './tests.mjs'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const leash = new URL('leash.mjs', import.meta.url).href

async function main(name, args) {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new SetupError('HUB_SETUP_NODE_OLD', { found: process.versions.node })
  }
  const command = commands[name]
  if (command === undefined) throw new SetupError('HUB_SETUP_COMMAND_UNKNOWN', { command: name ?? '' })
  const children = createChildren()
  const cache = join(root, '.cache')
  makeFolder(cache)
  const logFile = join(cache, 'setup.log')
  const setup = { root, logFile, children }
  const steps = command.needsKafka(args) ? [ensurePackages, ensureKafka] : [ensurePackages]
  for (const step of steps) {
    await step(setup)
    if (children.stoppedCode() !== undefined) return children.stoppedCode()
  }
  const node = nodeArgs => children.run(nodePath(root), ['--import', leash, ...nodeArgs], { cwd: root })
  const code = await command.run({ root, children, node }, args)
  return children.stoppedCode() ?? code
}

const [name, ...args] = process.argv.slice(2)
main(name, args).then(
  code => process.exit(code),
  error => {
    const lines = error instanceof SetupError ? error.lines : [error.stack]
    process.stderr.write(`${lines.join('\n')}\n`)
    // Whoever counts tests must see that none ran, not nothing at all.
    if (commands[name]?.counts) process.stdout.write(`${closingLine({ passed: 0, failed: 1 })}\n`)
    process.exit(1)
  },
)
