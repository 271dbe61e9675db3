// Every npm script: what it needs, and what it then runs on Node 24. `run` resolves with the exit code.
import { join } from 'node:path'
import { SetupError } from './messages.mjs'
import { add, closingLine, runLint, runVitest } from './tests.mjs'

const hub =
  (...before) =>
  (context, args) =>
    context.node([join('ops', 'cli', 'hub.ts'), ...before, ...args])

const never = () => false
const always = () => true
// An existing cluster replaces the embedded broker for running, not for the tests that kill brokers.
const withoutCluster = () => !process.env.KAFKA_BROKERS

export const commands = {
  start: { needsKafka: withoutCluster, run: hub('start') },
  hub: { needsKafka: args => args[0] === 'start' && withoutCluster(), run: hub() },
  golden: { needsKafka: never, run: hub('golden') },
  docs: { needsKafka: never, run: hub('docs') },
  bench: { needsKafka: withoutCluster, run: hub('bench') },
  lint: { needsKafka: never, run: lint },
  'test:unit': { needsKafka: never, counts: true, run: unit },
  test: { needsKafka: always, counts: true, run: everything },
  check: { needsKafka: always, counts: true, run: everything },
  chaos: { needsKafka: always, counts: true, run: async (context, args) => close(await storm(context, args)) },
  ci: { needsKafka: always, counts: true, run: ci },
}

/** What `npm run chaos` sends; the step of a change sends a fifth of it, within fifteen minutes. */
const longStorm = ['--messages', '1000000']
const stepStorm = ['--messages', '200000', '--within-minutes', '15']
const stormOptions = ['messages', 'rate', 'seed', 'hub-kills', 'broker-kills', 'within-minutes']

async function lint(context) {
  return (await runLint(context)).failed === 0 ? 0 : 1
}

async function unit(context, args) {
  return close(await runVitest(context, ['--project', 'unit', ...args]))
}

async function everything(context, args) {
  const tested = await testAll(context, args)
  return context.children.stoppedCode() === undefined ? close(tested) : 1
}

async function testAll(context, args) {
  const linted = await runLint(context)
  if (context.children.stoppedCode() !== undefined) return linted
  return add(linted, await runVitest(context, ['--project', '!storm', ...args]))
}

/** What decides whether a change lands: all of `npm test`, then the storm, and one line for both. */
async function ci(context) {
  const tested = await testAll(context, [])
  if (context.children.stoppedCode() !== undefined) return 1
  return close(add(tested, await storm(context, stepStorm)))
}

function storm(context, args) {
  return runVitest(context, ['--project', 'storm'], stormSizes(args))
}

/** What the storm reads from its environment. Throws HUB_SETUP_STORM_OPTION.
 *  @param args `--messages 1000000`, `--rate`, `--seed`, `--hub-kills`, `--broker-kills`, `--within-minutes`: whole numbers all */
export function stormSizes(args) {
  const sizes = {}
  for (const [name, value] of pairs([...longStorm, ...args])) {
    if (!stormOptions.includes(name) || !/^\d+$/.test(value ?? ''))
      throw new SetupError('HUB_SETUP_STORM_OPTION', { option: name })
    sizes[`HUB_STORM_${name.toUpperCase().replaceAll('-', '_')}`] = value
  }
  return sizes
}

/** `--name value` and `--name=value` alike. */
function pairs(args) {
  const words = args.flatMap(arg => (arg.startsWith('--') ? arg.slice(2).split('=') : [arg]))
  return Array.from({ length: Math.ceil(words.length / 2) }, (_, i) => [words[i * 2], words[i * 2 + 1]])
}

function close(tally) {
  process.stdout.write(`${closingLine(tally)}\n`)
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1
}
