// Functions over plain text.

const entities: Readonly<Record<string, string>> = {
  nbsp: ' ',
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  ldquo: '“',
  rdquo: '”',
  hellip: '…',
  mdash: '—',
  middot: '·',
}

/** The text of HTML: tags out, blocks become lines, entities decoded. */
export function html(text: string): string {
  return withoutScripts(text)
    .replace(/<(?:br|\/p|\/div|\/li|\/tr|\/h[1-6])\s*\/?>/gi, '\n')
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/<!--[^<>]*-->/g, '')
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (whole, name: string) => entity(name) ?? whole)
    .replace(/[ \t\u00a0]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim()
}

// By hand: a regular expression would look for the closing tag up to the end of the text at every opening one.
function withoutScripts(text: string): string {
  const opened = new Map<string, number>()
  let kept = ''
  let from = 0
  for (const found of text.matchAll(/<(\/?)(script|style)\b[^<>]*>/gi)) {
    const name = found[2]!.toLowerCase()
    const start = opened.get(name)
    if (found[1] === '' && start === undefined) opened.set(name, found.index)
    if (found[1] === '' || start === undefined) continue
    kept += text.slice(from, start)
    from = found.index + found[0].length
    opened.clear()
  }
  return kept + text.slice(from)
}

// Control characters do not come back through an entity.
function entity(name: string): string | undefined {
  if (!name.startsWith('#')) return entities[name.toLowerCase()]
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  const usable =
    code === 10 ||
    (code >= 32 && code < 0x110000 && !(code >= 0x7f && code < 0xa0) && !(code >= 0xd800 && code < 0xe000))
  return usable ? String.fromCodePoint(code) : ''
}

export function foldSpaces(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim()
}

const closing = /等\s*\d*\s*(?:人|名|户)?$/

/** Names of a list such as `甲,乙、丙等3人`. */
export function names(text: string): string[] {
  return foldSpaces(text)
    .replace(closing, '')
    .split(/[,、;/\n]|\s(?=[一-龥])/)
    .map(n => n.trim())
    .filter(n => n !== '')
}
