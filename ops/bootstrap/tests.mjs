// Runs lint and tests and closes with one line, `N passed, N failed`, whatever happens on the way.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { lintSteps } from './lint.mjs'

export async function runLint(context) {
  const tally = { passed: 0, failed: 0 }
  for (const step of lintSteps(context.root)) {
    if (context.children.stoppedCode() !== undefined) break
    const startedAt = Date.now()
    const code = await context.node(step.args)
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
    process.stdout.write(`${code === 0 ? '✓' : '✗'} ${step.name} (${seconds} s)\n`)
    if (code === 0) tally.passed += 1
    else tally.failed += 1
  }
  return tally
}

/** @param variables environment of this run alone */
export async function runVitest(context, args, variables = {}) {
  const report = join(context.root, '.cache', `tests-${process.pid}.json`)
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const vitest = join('node_modules', 'vitest', 'vitest.mjs')
  const code = await context.node([vitest, 'run', ...reporters, ...args], variables)
  try {
    return tallyOf(readFileSync(report, 'utf8'), code)
  } catch {
    return { passed: 0, failed: 1 }
  } finally {
    rmSync(report, { force: true })
  }
}

/** Counts a vitest JSON report. A file that could not be loaded and a crash beside the tests count as failures. */
export function tallyOf(text, exitCode) {
  const report = JSON.parse(text)
  const broken = report.testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0)
  const failed = report.numFailedTests + broken.length
  return { passed: report.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed }
}

export function add(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed }
}

export function closingLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`
}
