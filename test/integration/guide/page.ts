// Reads a page of instructions: its commands in order, and what it says that they print.

export interface Block {
  readonly kind: 'runs' | 'fails' | 'stays'
  readonly line: number
  readonly commands: string
  /** stays: printed when it is up. runs: printed, by one that stays, before it is its turn. */
  readonly awaits: string | undefined
}

/** What a paragraph that begins with `Right:` says of the commands since the one before it. */
export interface Said {
  readonly kind: 'right'
  readonly line: number
  readonly printed: readonly string[]
  readonly notPrinted: readonly string[]
}

export interface Example {
  readonly line: number
  readonly yaml: string
}

export interface Page {
  readonly steps: readonly (Block | Said)[]
  readonly examples: readonly Example[]
  /** Fences that nobody would execute. */
  readonly unread: readonly string[]
}

const marks = /^sh(?: (fails)| (stays|when) (\S.*))?$/

export function readPage(text: string): Page {
  const page = { steps: [] as (Block | Said)[], examples: [] as Example[], unread: [] as string[] }
  for (const found of text.matchAll(/^ *```(.*)\n([\s\S]*?)^ *```$|^Right: ([\s\S]*?)\n\n/gm)) {
    const line = text.slice(0, found.index).split('\n').length
    const [, info = '', body = '', right] = found
    const mark = marks.exec(info)
    if (right !== undefined) page.steps.push(saidOf(right, line))
    else if (info === 'yaml') page.examples.push({ line, yaml: body })
    else if (mark) page.steps.push(blockOf(mark, line, body))
    else page.unread.push(`line ${line}: ${info}`)
  }
  return page
}

function blockOf([, fails, word, awaits]: RegExpExecArray, line: number, commands: string): Block {
  return { kind: fails ? 'fails' : word === 'stays' ? 'stays' : 'runs', line, commands, awaits }
}

function saidOf(text: string, line: number): Said {
  const said = [...text.matchAll(/(\bno )?`([^`]+)`/g)]
  const words = (not: boolean) =>
    said.filter(one => (one[1] !== undefined) === not).flatMap(one => one[2]!.split('…').map(folded))
  return { kind: 'right', line, printed: words(false), notPrinted: words(true) }
}

/** Lines and columns are laid out otherwise on a page than in a terminal. */
export function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
