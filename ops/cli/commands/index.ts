// All commands by name.
import type { Command } from '../command.ts'
import { benchCommand } from './bench.ts'
import { certifyCommand } from './certify.ts'
import { coverageCommand } from './coverage.ts'
import { docsCommand } from './docs.ts'
import { goldenCommand } from './golden.ts'
import { ledgerCommand } from './ledger.ts'
import { lintCommand } from './lint.ts'
import { mapCommand } from './map.ts'
import { mappingCommand } from './mapping.ts'
import { newCommand } from './new.ts'
import { probeCommand } from './probe.ts'
import { shadowCommand } from './shadow.ts'
import { signCommand } from './sign.ts'
import { startCommand } from './start.ts'
import { pauseCommand, resumeCommand, systemsCommand } from './systems.ts'
import { testCommand } from './test.ts'
import { topicsCommand } from './topics.ts'
import { traceCommand } from './trace.ts'

export const commands: Readonly<Record<string, Command>> = {
  start: startCommand,
  new: newCommand,
  lint: lintCommand,
  test: testCommand,
  map: mapCommand,
  probe: probeCommand,
  sign: signCommand,
  shadow: shadowCommand,
  golden: goldenCommand,
  coverage: coverageCommand,
  ledger: ledgerCommand,
  docs: docsCommand,
  bench: benchCommand,
  mapping: mappingCommand,
  systems: systemsCommand,
  topics: topicsCommand,
  trace: traceCommand,
  certify: certifyCommand,
  pause: pauseCommand,
  resume: resumeCommand,
}
