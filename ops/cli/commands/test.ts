// hub test [connector]: samples, golden files both ways, coverage and bad input of one connector or of all, without a broker.
import { basename } from 'node:path'
import {
  badInputFaults,
  type Connector,
  countBadInputs,
  coverageOf,
  goldenFaults,
  goldenOf,
  invalidSampleFaults,
  invalidSamples,
  lintMappings,
  shownLines,
  validSampleFaults,
  validSamples,
} from '#gateway/index.ts'
import type { Command } from '../command.ts'
import { chosenConnectors } from '../connectors.ts'
import { goldenLines } from '../golden-lines.ts'

/** One line of the report: what was looked at, and what is wrong with it. */
interface Check {
  readonly name: string
  readonly seen: string
  readonly faults: readonly (readonly string[])[]
}

export const testCommand: Command = {
  says: { en: 'check samples, golden files and coverage of a connector or of all', zh: '检查样例、基准文件和字段覆盖' },
  async run({ root }, [id]) {
    const connectors = await chosenConnectors(root, id)
    const findings = lintMappings(root)
    const broken = connectors.map(connector => report(checksOf(root, connector, findings), connector.dir))
    const faults = broken.reduce((sum, one) => sum + one, 0)
    process.stdout.write(`${connectors.length} connectors, ${faults} faults\n`)
    if (broken.some(count => count > 0))
      process.stdout.write(
        'mend the mapping, or take the difference over with `hub golden --update`  请修正映射,或用 `hub golden --update` 接受差异\n',
      )
    return faults === 0 ? 0 : 1
  },
}

function checksOf(root: string, connector: Connector, findings: readonly string[]): Check[] {
  const { id } = connector.manifest
  const alone = (lines: readonly string[]) => lines.map(line => [line])
  const covered = coverageOf(connector)
  const fields = covered.flatMap(one => [...one.mapped, ...one.ignored, ...one.forgotten]).length
  const reasons = covered.reduce((sum, one) => sum + one.reasons, 0)
  const [valid, invalid] = [validSamples(connector).length, invalidSamples(connector).length]
  const lines = shownLines(root, connector)
  const unseen = lines
    .filter(one => one.shownBy.length === 0)
    .map(one => `${one.mapping}: ${one.line} is in no golden file`)
  const own = findings.filter(line => line.startsWith(`mappings/${id}/`))
  return [
    { name: 'lint', seen: `${connector.inbound.size + connector.outbound.size} mappings`, faults: alone(own) },
    { name: 'valid', seen: `${valid} samples`, faults: alone(validSampleFaults(root, connector)) },
    { name: 'invalid', seen: `${invalid} samples`, faults: alone(invalidSampleFaults(root, connector)) },
    {
      name: 'golden',
      seen: `${goldenOf(root, connector).length} files`,
      faults: goldenFaults(root, connector).map(fault => goldenLines(root, fault)),
    },
    {
      name: 'coverage',
      seen: `${fields} fields, ${reasons} ignored on purpose`,
      faults: alone(covered.flatMap(one => one.faults)),
    },
    { name: 'shown', seen: `${lines.length} lines`, faults: alone(unseen) },
    {
      name: 'bad input',
      seen: `${countBadInputs(root, connector)} tried`,
      faults: alone(badInputFaults(root, connector)),
    },
  ]
}

/** Prints the checks of one connector. Returns how many faults they found. */
function report(checks: readonly Check[], dir: string): number {
  process.stdout.write(`${basename(dir)}\n`)
  for (const { name, seen, faults } of checks) {
    process.stdout.write(`  ${faults.length === 0 ? '✓' : '✗'} ${name.padEnd(9)} ${seen}\n`)
    for (const line of faults.flat()) process.stdout.write(`    ${line}\n`)
  }
  return checks.reduce((sum, one) => sum + one.faults.length, 0)
}
