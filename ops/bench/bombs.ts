// Files that are made to break their reader: how long it takes until each is refused, in CPU time of all threads, which others
// on the machine change little.
import { zipSync } from 'fflate'
import { openStream } from '#gateway/index.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { MessageFormat } from '#schemas/files.ts'
import { cpuMicros } from './processes/job.ts'
import type { Row } from './report.ts'

const maxMs = 50
const times = 9
const unpackedBytes = 256 << 20

const xml: MessageFormat = { format: 'xml' }
const zipped: MessageFormat = { format: 'csv', wrapped: ['zip'] }

export async function bombRows(): Promise<Row[]> {
  const flat = zipSync({ 'a.csv': new Uint8Array(unpackedBytes).fill(0x61) })
  const bombs: readonly (readonly [string, MessageFormat, Uint8Array])[] = [
    ['a billion laughs', xml, Buffer.from(laughs())],
    ['a million elements in each other', xml, Buffer.from('<a>'.repeat(1_000_000))],
    ['a zip file of 256 MB', zipped, flat],
    ['zip files in a zip file', zipped, zipSync({ 'a.csv': flat, 'b.csv': flat })],
  ]
  const rows: Row[] = []
  for (const [name, format, bytes] of bombs) rows.push(await bombRow(name, format, bytes))
  return rows
}

async function bombRow(name: string, format: MessageFormat, bytes: Uint8Array): Promise<Row> {
  const taken: number[] = []
  for (let n = 0; n < times; n++) {
    const began = cpuMicros()
    if (!(await isRefused(format, bytes)))
      throw new HubError('HUB_CLI_BENCH', { process: 'formats', what: `took ${name}` })
    taken.push((cpuMicros() - began) / 1000)
  }
  const sorted = taken.toSorted((a, b) => a - b)
  return {
    part: 'formats',
    figure: `${name}, refused after`,
    value: sorted[times >> 1]!,
    unit: 'ms',
    target: { atMost: maxMs },
    note: `${bytes.length} bytes; the first time ${taken[0]!.toFixed(0)} ms`,
  }
}

async function isRefused(format: MessageFormat, bytes: Uint8Array): Promise<boolean> {
  try {
    for await (const chunk of openStream(once(bytes), undefined, format))
      if (chunk.some(read => !('error' in read))) return false
    return true
  } catch (error) {
    return isHubError(error)
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function laughs(): string {
  const entities = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`)
  return `<!DOCTYPE r [<!ENTITY l0 "lol">${entities.join('')}]><r>&l9;</r>`
}
