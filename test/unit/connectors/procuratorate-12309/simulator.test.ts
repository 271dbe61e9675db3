// The platform's stand-in over real files: what it lays out, what it takes, how it answers, and how it fails.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { startSimulator } from '#connectors/procuratorate-12309/simulator.ts'
import type { Json, Simulator } from '#connectors/sdk.ts'
import { stageOf } from '../support.ts'

const clue = { lsh: 'd1', ywlsh: 'c1', xssj: '2026-07-20 17:00:00', zjdw: '西湖区信访局', sqlx: '控告', bt: '移送线索' }

async function opened() {
  const stage = await stageOf(startSimulator, 'procuratorate-12309')
  stage.setNow('2026-07-20T18:05:00+08:00')
  const root = fileURLToPath(stage.simulator.ways!['file-drop']!.url)
  const lay = (name: string, native: Json, text = JSON.stringify(native)) => {
    writeFileSync(join(root, 'in', name), text)
    writeFileSync(join(root, 'in', `${name}.done`), '')
  }
  const ack = (name: string) => readFileSync(join(root, 'in', `${name}.ack`), 'utf8')
  const answered = async (name: string): Promise<Json> => {
    await expect.poll(() => existsSync(join(root, 'in', `${name}.ack`))).toBe(true)
    return JSON.parse(ack(name)) as Json
  }
  return { ...stage, root, lay, ack, answered, names: (folder: string) => readdirSync(join(root, folder)).sort() }
}

const intakes = (simulator: Simulator) =>
  (simulator.store() as { intakes: Record<string, { [key: string]: Json }> }).intakes

describe('simulator of procuratorate-12309', () => {
  it('opens one intake for a clue, and answers with its number', async () => {
    const { simulator, lay, answered, names } = await opened()
    lay('clue_1.json', clue)
    const taken = { wjm: 'clue_1.json', lsh: 'd1', jg: '1', slbh: 'JC3301062026070001', zt: '收到', ly: null }
    expect(await answered('clue_1.json')).toEqual({ ...taken, sj: '2026-07-20 18:05:00' })
    expect(intakes(simulator)).toMatchObject({
      JC3301062026070001: { bt: '移送线索', ywlsh: 'c1', sqrq: '2026-07-20' },
    })
    expect(names('in')).toEqual(['clue_1.json.ack', 'done'])
    lay('clue_2.json', { ...clue, lsh: 'd2' })
    expect(await answered('clue_2.json')).toMatchObject({ lsh: 'd2', jg: '1', slbh: 'JC3301062026070001' })
    expect(Object.keys(intakes(simulator))).toHaveLength(1)
  })

  it('answers a second file of the same name in the same words', async () => {
    const { simulator, root, lay, answered } = await opened()
    lay('clue_1.json', clue)
    const first = await answered('clue_1.json')
    renameSync(join(root, 'in/clue_1.json.ack'), join(root, 'first'))
    lay('clue_1.json', { ...clue, ywlsh: 'c9' })
    expect(await answered('clue_1.json')).toEqual(first)
    expect(Object.keys(intakes(simulator))).toHaveLength(1)
  })

  it.each([
    ['clue_1.json', { ...clue, ywlsh: '' }, '缺少业务流水号'],
    ['clue_1.json', { ...clue, bt: '' }, '缺少线索内容'],
    ['clue_1.json', { bt: '无流水号' }, '文件无法解析或缺少流水号'],
    ['notice_1.json', { lsh: 'd1', ywlsh: 'c1', slbh: 'JC3301062026079999' }, '无此受理编号'],
  ])('gives back %s: %o', async (name, native, ly) => {
    const { simulator, lay, answered } = await opened()
    lay(name, native)
    expect(await answered(name)).toMatchObject({ jg: '0', slbh: null, ly })
    expect(intakes(simulator)).toEqual({})
  })

  it('gives back what it cannot read', async () => {
    const { lay, answered } = await opened()
    lay('clue_1.json', null, '{"lsh":')
    expect(await answered('clue_1.json')).toMatchObject({ jg: '0' })
  })

  it('keeps notices with their intake, and numbers on from the highest it entered itself', async () => {
    const { simulator, lay, answered } = await opened()
    await simulator.send('intake', { slbh: 'JC3301062026070003', sqlx: '民事监督' })
    lay('notice_1.json', { lsh: 'd1', ywlsh: 'c1', slbh: 'JC3301062026070003', blzt: '达成协议' })
    expect(await answered('notice_1.json')).toMatchObject({ jg: '1', slbh: 'JC3301062026070003' })
    expect(intakes(simulator).JC3301062026070003!.notices).toEqual([{ ywlsh: 'c1', blzt: '达成协议' }])
    lay('clue_2.json', clue)
    expect(await answered('clue_2.json')).toMatchObject({ slbh: 'JC3301062026070004' })
  })

  it('lays a file out half-written, then whole, then marked', async () => {
    const { simulator, root, names } = await opened()
    simulator.behave({ mode: 'slow', delayMs: 150 })
    const native = { slbh: 'JC3301062026070003', sqlx: '民事监督' }
    const sending = simulator.send('intake', native)
    const name = 'intake-JC3301062026070003-000001.json'
    await expect.poll(() => names('out')).toEqual([name])
    expect(readFileSync(join(root, 'out', name), 'utf8')).not.toBe(JSON.stringify(native))
    expect((await sending).status).toBe(202)
    expect(names('out')).toEqual([name, `${name}.done`])
    expect(readFileSync(join(root, 'out', name), 'utf8')).toBe(JSON.stringify(native))
  })

  it('does not look while it is down, refuses on demand', async () => {
    const { simulator, lay, answered, names } = await opened()
    simulator.behave({ mode: 'down' })
    lay('clue_1.json', clue)
    await new Promise(done => setTimeout(done, 200))
    expect(names('in')).toContain('clue_1.json.done')
    simulator.behave({ mode: 'refuse' })
    expect(await answered('clue_1.json')).toMatchObject({ jg: '0', ly: '不属于本院管辖' })
  })

  it('cut off, it leaves half an answer, and finishes it where that lies by then', async () => {
    const { simulator, root, lay, ack } = await opened()
    mkdirSync(join(root, 'in/taken'))
    simulator.behave({ mode: 'cut' })
    lay('clue_1.json', clue)
    await expect
      .poll(() => existsSync(join(root, 'in/clue_1.json.ack')) && ack('clue_1.json').length)
      .toBeGreaterThan(0)
    expect(() => JSON.parse(ack('clue_1.json'))).toThrow()
    const aside = join(root, 'in/taken/x~1~clue_1.json.ack')
    renameSync(join(root, 'in/clue_1.json.ack'), aside)
    simulator.behave({ mode: 'normal' })
    await expect.poll(() => readFileSync(aside, 'utf8')).toContain('"ly":null}')
    expect(JSON.parse(readFileSync(aside, 'utf8'))).toMatchObject({ jg: '1' })
  })

  it('sends an intake back with one more row on demand', async () => {
    const { simulator, root, lay, answered, names } = await opened()
    simulator.behave({ mode: 'reexport' })
    lay('clue_1.json', clue)
    await answered('clue_1.json')
    await expect.poll(() => names('out').filter(name => name.endsWith('.done'))).toHaveLength(1)
    const text = readFileSync(join(root, 'out', names('out')[0]!), 'utf8')
    expect((JSON.parse(text) as { bljl: Json[] }).bljl).toHaveLength(2)
  })

  it('has its service routes on a socket, and nothing else there', async () => {
    const { simulator } = await opened()
    expect(await (await fetch(`${simulator.url}/simulator/store`)).json()).toEqual({ intakes: {}, returned: [] })
    expect((await fetch(`${simulator.url}/anything`)).status).toBe(404)
  })
})
