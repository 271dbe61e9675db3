// Characters that XML forbids but that old databases hold. They travel past the parser in a disguise (the last private page of
// Unicode), so that a field with one is the mapping's to flag, and never costs the message.

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
const disguised = /[\u{10ff00}-\u{10ff1f}]/gu
const page = 0x10ff00

export function hideControls(text: string): { readonly text: string; readonly found: boolean } {
  if (text.search(forbidden) < 0) return { text, found: false }
  const hidden = text.replace(forbidden, c => (c < '\u0020' ? String.fromCodePoint(page + c.charCodeAt(0)) : '\ufffd'))
  return { text: hidden, found: true }
}

export function showControls(text: string): string {
  return text.replace(disguised, c => String.fromCharCode(c.codePointAt(0)! - page))
}
