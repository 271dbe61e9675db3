// A small tree with one connector, northgate, in which commands that write files can be run, and what they print.
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import type { Command } from '#ops/cli/command.ts'
import { readEnvironment } from '#ops/cli/environment.ts'
import { plantTree } from '../conformance/trees.ts'

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
      const printed: string[] = []
      const spy = vi.spyOn(process.stdout, 'write').mockImplementation(text => printed.push(String(text)) > 0)
      try {
        const code = await command.run({ ...readEnvironment({}), root }, args)
        return { code, lines: printed.join('').trimEnd().split('\n') }
      } finally {
        spy.mockRestore()
      }
    },
  }
}
