// The formats: how fast each is translated, whether a long zip file stays out of memory, how soon bombs are refused.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { bombRows } from '../bombs.ts'
import { startChild } from '../child.ts'
import { machine } from '../cpu.ts'
import { paceRows } from '../format-pace.ts'
import { formatTraffic } from '../format-traffic.ts'
import type { ReadZipJob, ReadZipResult } from '../processes/read-zip.ts'
import type { Row } from '../report.ts'
import type { Part, Setting } from '../setting.ts'

const part = 'formats'
const shortRows = 2_000

export const formats: Part = {
  about: 'JSON, forms, XML and CSV through translate, a zip file of 50 000 rows, bombs',
  async run(setting) {
    setting.say('formats: messages a second')
    const paces = await paceRows(setting)
    setting.say('formats: a long zip file')
    const long = await zipRows(setting)
    setting.say('formats: bombs')
    return [...paces, ...long, ...(await bombRows())]
  },
}

async function zipRows(setting: Setting): Promise<Row[]> {
  const rows = setting.options.brief ? 5_000 : 50_000
  const { format, bodyOf } = formatTraffic(setting.traffic).csv
  const unpackedBytes = rows * (bodyOf(1).length - bodyOf(1).indexOf('\n'))
  const job: ReadZipJob = {
    short: writeZip(setting, bodyOf, shortRows),
    long: writeZip(setting, bodyOf, rows),
    format: { ...format, wrapped: ['zip'] },
  }
  const child = startChild(setting, 'read-zip.ts', job)
  const { messages, seconds, grownBytes } = await child.said<ReadZipResult>('done')
  await child.stop()
  const megabytes = (bytes: number) => bytes / (1 << 20)
  return [
    {
      part,
      figure: `zip of ${rows} rows`,
      value: messages / seconds,
      unit: '/s',
      note: `${messages} read; ${machine()}`,
    },
    {
      part,
      figure: '  memory it took',
      value: megabytes(grownBytes),
      unit: 'MB',
      target: { atMost: 32 },
      limit: { what: 'unpacked', value: megabytes(unpackedBytes) },
      note: `resident memory beyond that of a file of ${shortRows} rows`,
    },
  ]
}

function writeZip(setting: Setting, bodyOf: (n: number) => Buffer, rows: number): string {
  const header = bodyOf(1).subarray(0, bodyOf(1).indexOf('\n') + 1)
  const lines = Array.from({ length: rows }, (_, n) => bodyOf(n + 1)).map(body => body.subarray(body.indexOf('\n') + 1))
  const path = join(setting.dir, `${rows}.zip`)
  writeFileSync(path, zipSync({ 'table.csv': Buffer.concat([header, ...lines]) }))
  return path
}
