// CSV text → rows of cells. Quotes that stand inside a cell are part of it; how many cells a row has is the caller's to judge.
import { type CsvError, type Options, parse } from 'csv-parse'
import { parse as parseAll } from 'csv-parse/sync'
import { HubError } from '#schemas/errors.ts'
import type { CsvFormat } from '#schemas/files.ts'
import { maxMessageBytes } from '../limits.ts'

function optionsOf({ delimiter = ',' }: CsvFormat): Options {
  return {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    // What an unclosed quote may swallow before the file is given up.
    max_record_size: maxMessageBytes,
  }
}

/** Throws HUB_RECEIVE_UNREADABLE. */
export function rowsOf(text: string, format: CsvFormat): string[][] {
  try {
    return parseAll(text, optionsOf(format))
  } catch (error) {
    throw unreadable(error)
  }
}

/** Rows of a text in pieces, given as they end: also those before a fault. */
export async function* streamRows(texts: AsyncIterable<string>, format: CsvFormat): AsyncGenerator<string[]> {
  const rows: string[][] = []
  // Kept out of the parser's own queue: it is lost when the parser breaks.
  const parser = parse({ ...optionsOf(format), on_record: (row: string[]) => void rows.push(row) })
  parser.on('error', () => undefined)
  try {
    for await (const text of texts) {
      const fault = await settled(done => parser.write(text, done))
      yield* rows.splice(0)
      if (fault) throw unreadable(fault)
    }
    const fault = await settled(done => parser.end(done))
    yield* rows.splice(0)
    if (fault) throw unreadable(fault)
  } finally {
    parser.destroy()
  }
}

function settled(start: (done: (error?: Error | null) => void) => void): Promise<Error | undefined> {
  return new Promise(done => start(error => done(error ?? undefined)))
}

// The parser's own message quotes the row: only its code and its line are taken.
function unreadable(error: unknown): HubError {
  const { code, lines } = error as CsvError
  return new HubError('HUB_RECEIVE_UNREADABLE', { pointer: '', rule: `${code}_IN_LINE_${lines}` })
}
