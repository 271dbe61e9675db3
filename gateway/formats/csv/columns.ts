// Names of columns out of a header row. Hand-made tables pad them, and type brackets and letters in full width.

/** Each name once: a second one of the same name, and one without a name, get a number, under which coverage shows them. */
export function columnsOf(header: readonly string[]): string[] {
  const seen = new Set<string>()
  return header.map((cell, at) => {
    const name = cell.normalize('NFKC').trim() || `#${at + 1}`
    let own = name
    for (let n = 2; seen.has(own); n++) own = `${name}#${n}`
    seen.add(own)
    return own
  })
}
