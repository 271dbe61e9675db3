// Folding: what makes two ways of writing one number equal before any family is tried.

const brackets: Readonly<Record<string, string>> = {
  '〔': '(',
  '【': '(',
  '[': '(',
  '(': '(',
  '〕': ')',
  '】': ')',
  ']': ')',
  ')': ')',
}

const anyBracket = /[〔〕【】[\]()]/g
const ready = /^[0-9A-Za-z()._-]*$/
const anySpace = /[\s\u200b-\u200d\u2060\ufeff]+/g

/** NFKC, no spaces, every bracket round. Folding twice changes nothing. */
export function fold(text: string): string {
  if (ready.test(text)) return text
  return text
    .normalize('NFKC')
    .replace(anySpace, '')
    .replace(anyBracket, mark => brackets[mark] ?? mark)
    .normalize('NFKC')
}

/** Folded text in which every character knows where it came from. */
export interface FoldedText {
  readonly text: string
  /** Start in the original of each folded character; one more entry for the end. */
  readonly starts: readonly number[]
  /** End in the original of each folded character. */
  readonly ends: readonly number[]
}

/** Folds running text character by character. Spaces stay (as one blank) unless `dropSpaces`: they part numbers. */
export function foldWithMap(original: string, dropSpaces: boolean): FoldedText {
  let text = ''
  const starts: number[] = []
  const ends: number[] = []
  let at = 0
  for (const char of original) {
    let folded = isFolded(char.charCodeAt(0)) ? char : fold(char)
    if (folded === '' && !dropSpaces) folded = ' '
    for (let i = 0; i < folded.length; i++) {
      starts.push(at)
      ends.push(at + char.length)
    }
    text += folded
    at += char.length
  }
  starts.push(at)
  return { text, starts, ends }
}

// ASCII letters and digits, ( ) , - and the common Han characters fold to themselves.
function isFolded(c: number): boolean {
  return (
    (c >= 0x4e00 && c <= 0x9fa5) ||
    (c >= 0x30 && c <= 0x3a) ||
    (c >= 0x41 && c <= 0x5a) ||
    (c >= 0x61 && c <= 0x7a) ||
    (c >= 0x28 && c <= 0x2e)
  )
}
