// A small tree with one connector, northgate, in which commands that write files can be run, and what they print.
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Command } from '#ops/cli/command.ts'
import { plantTree } from '../conformance/trees.ts'
import { runCommand } from './run-command.ts'

const repository = join(import.meta.dirname, '../..')

export interface CommandTree {
  readonly root: string
  run(command: Command, ...args: string[]): Promise<{ readonly code: number; readonly lines: string[] }>
}

export function commandTree(): CommandTree {
  const { root, remove } = plantTree()
  onTestFinished(remove)
  symlinkSync(join(repository, 'mappings', 'tables'), join(root, 'mappings', 'tables'))
  return {
    root,
    async run(command, ...args) {
      const { code, lines } = await runCommand(command, {}, args, { root })
      return { code, lines }
    },
  }
}
