// Every npm script: what it needs, and what it then runs on Node 24. `run` resolves with the exit code.
import { join } from 'node:path'
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
}

async function lint(context) {
  return (await runLint(context)).failed === 0 ? 0 : 1
}

async function unit(context, args) {
  return close(await runVitest(context, ['--project', 'unit', ...args]))
}

async function everything(context, args) {
  const linted = await runLint(context)
  if (context.children.stoppedCode() !== undefined) return 1
  return close(add(linted, await runVitest(context, args)))
}

function close(tally) {
  process.stdout.write(`${closingLine(tally)}\n`)
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1
}
