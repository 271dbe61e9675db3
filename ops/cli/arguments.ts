// Arguments of commands that take options: `--name value`, `--name=value`, `--flag`.
import { parseArgs } from 'node:util'

export interface Arguments {
  readonly words: readonly string[]
  readonly text: Readonly<Record<string, string | undefined>>
  /** Of options that may be said several times. */
  readonly lists: Readonly<Record<string, readonly string[] | undefined>>
  readonly flags: ReadonlySet<string>
}

export interface Expected {
  /** Fewest and most words beside the options. */
  readonly words: readonly [number, number]
  readonly text?: readonly string[]
  readonly lists?: readonly string[]
  readonly flags?: readonly string[]
}

/** undefined: an option is not known, lacks its value, or there are too few or too many words. */
export function readArguments(
  args: readonly string[],
  { words, text = [], lists = [], flags = [] }: Expected,
): Arguments | undefined {
  const options = Object.fromEntries([
    ...text.map(name => [name, { type: 'string' }] as const),
    ...lists.map(name => [name, { type: 'string', multiple: true }] as const),
    ...flags.map(name => [name, { type: 'boolean' }] as const),
  ])
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const given: Readonly<Record<string, unknown>> = values
    if (positionals.length < words[0] || positionals.length > words[1]) return undefined
    return {
      words: positionals,
      text: Object.fromEntries(text.map(name => [name, given[name] as string | undefined])),
      lists: Object.fromEntries(lists.map(name => [name, given[name] as readonly string[] | undefined])),
      flags: new Set(flags.filter(name => given[name] === true)),
    }
  } catch {
    return undefined
  }
}

/** Prints how a command is called; its exit code. */
export function usage(line: string): number {
  process.stderr.write(`${line}\n`)
  return 2
}
