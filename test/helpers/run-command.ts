// Runs a command of the command line in this process, and gives what it printed.
import { vi } from 'vitest'
import type { Command } from '#ops/cli/command.ts'
import { type Environment, readEnvironment } from '#ops/cli/environment.ts'

export interface Printed {
  readonly code: number
  readonly lines: string[]
  readonly errors: string[]
}

export async function runCommand(
  command: Command,
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
  more: Partial<Environment> = {},
): Promise<Printed> {
  const [out, err]: [string[], string[]] = [[], []]
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(text => out.push(String(text)) > 0),
    vi.spyOn(process.stderr, 'write').mockImplementation(text => err.push(String(text)) > 0),
  ]
  try {
    const code = await command.run({ ...readEnvironment(environment), ...more }, args)
    return { code, lines: linesOf(out), errors: linesOf(err) }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

function linesOf(printed: readonly string[]): string[] {
  return printed.join('').trimEnd().split('\n')
}
