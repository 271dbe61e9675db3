// Cases of a court by exchange folder: one file, a zip of files in both charsets, the same cases once more. Each comes once.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { zipSync } from 'fflate'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type JsonObject, xmlBody } from '#connectors/sdk.ts'
import { openStage, type Stage } from '../../scenario/a/story.ts'

const system = 'court-online'
const soon = { timeout: 30_000, interval: 100 }

const filed = (n: number): JsonObject => ({
  N_AJBS: `30012026010500${n}`,
  C_AH: `（2026）浙0106民初${n}号`,
  C_FYMC: '杭州市西湖区人民法院',
  C_AJZT: '立案',
  DT_GXSJ: `2026-01-05 09:00:${n}`,
})

const document = (charset: 'UTF-8' | 'GB18030', ...numbers: number[]) =>
  xmlBody(numbers.map(filed), {
    namespace: 'http://dataexchange.court.gov.cn/2009/data',
    path: ['resource', 'data', 'T_AJ_AJXQ'],
    charset,
  })

it('cases come out of xml files and out of a zip of them, each once', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'court-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'out'))
  const way = { url: pathToFileURL(folder).href, everyMs: 50 }
  const stage = await openStage({
    config: demo => ({
      ...demo,
      systems: demo.systems.map(one => (one.id === system ? { ...one, ways: { 'file-drop': way } } : one)),
    }),
  })
  const lay = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, 'out', name), bytes)
    writeFileSync(join(folder, 'out', `${name}.done`), '')
  }
  const ackOf = (name: string) => vi.waitFor(() => readAck(join(folder, 'out', `${name}.ack`)), soon)

  lay('day-1.xml', document('UTF-8', 11))
  expect(await ackOf('day-1.xml')).toMatchObject({ result: 'done', items: 1, accepted: 1 })
  const files = {
    'a/utf8.xml': document('UTF-8', 12, 13),
    'b/gb.xml': document('GB18030', 14),
    'c/again.xml': document('GB18030', 11),
  }
  lay('day-2.zip', zipSync(files))
  expect(await ackOf('day-2.zip')).toMatchObject({ result: 'done', items: 4, accepted: 3, duplicate: 1 })
  await vi.waitFor(async () => expect(await numbersOf(stage)).toHaveLength(4), soon)

  const pushed = await stage.hub.simulators.get(system)!.send('case', [filed(12), filed(14)])
  expect(pushed.status).toBeLessThan(300)
  await stage.quiet()
  expect(await numbersOf(stage)).toEqual([11, 12, 13, 14].map(n => [filed(n).C_AH, '立案', '杭州市西湖区人民法院']))
})

function readAck(place: string): unknown {
  return JSON.parse(readFileSync(place, 'utf8'))
}

/** One entry an event of the court: the 案号, and words that were in either charset. */
async function numbersOf(stage: Stage): Promise<unknown[]> {
  const events = await stage.events()
  return events
    .filter(one => one.envelope.system === system)
    .map(({ proceeding }) => [proceeding.numbers[0]!.value, proceeding.nativeStatus?.name, proceeding.orgOwner?.name])
    .toSorted()
}
