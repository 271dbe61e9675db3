// All commands by name.
import type { Command } from '../command.ts'
import { benchCommand } from './bench.ts'
import { docsCommand } from './docs.ts'
import { lintCommand } from './lint.ts'
import { startCommand } from './start.ts'
import { pauseCommand, resumeCommand, systemsCommand } from './systems.ts'
import { topicsCommand } from './topics.ts'
import { traceCommand } from './trace.ts'

export const commands: Readonly<Record<string, Command>> = {
  start: startCommand,
  lint: lintCommand,
  docs: docsCommand,
  bench: benchCommand,
  systems: systemsCommand,
  topics: topicsCommand,
  trace: traceCommand,
  pause: pauseCommand,
  resume: resumeCommand,
}
