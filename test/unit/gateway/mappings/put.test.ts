import { describe, expect, it } from 'vitest'
import { putMapping } from '#gateway/mappings/put.ts'
import { mappingText, tableText } from '../../../integration/gateway/swap/versions.ts'
import { entry, id, inForce, type Kit, kit, record } from './world.ts'

const put = (one: Kit, body: string, more: { dryRun?: boolean; connector?: string; message?: string } = {}) =>
  putMapping(one, { ...id, body, by: 'operator', dryRun: false, ...more })

const withTable = (mapping: number, table: number): string => `${mappingText(mapping)}\n---\n${tableText(table)}`

const refused = (code: string, facts: object = {}) =>
  expect.objectContaining({ code, facts: expect.objectContaining(facts) })

describe('a new mapping version', () => {
  it('is judged, written and in force, and says by field what it changes in the samples', async () => {
    const one = kit()
    const changed = mappingText(2).replace('line: { const: 人社 }', 'line: { const: 仲裁 }')
    const result = await put(one, changed)
    expect(result).toMatchObject({ mapping: 'labour-arbitration/case.inbound', version: 2 })
    const { differences } = result as Extract<typeof result, { version: number }>
    expect(differences.length).toBeGreaterThan(3)
    expect(differences[0]).toEqual({
      sample: expect.stringMatching(/^a.*\.inbound\.json$/),
      differences: [{ pointer: '/0/record/proceeding/orgOwner/line', kept: '人社', made: '仲裁' }],
    })
    expect(inForce(one).stamp).toBe('labour-arbitration/case@2')
    expect(one.mappings.entryOf(id)).toMatchObject({ by: 'operator', at: '2026-03-02T01:14:07.000Z', text: changed })
  })

  it('writes nothing on a dry run', async () => {
    const one = kit()
    expect(await put(one, mappingText(2), { dryRun: true })).toMatchObject({ version: 2, differences: [] })
    expect(one.written).toEqual([])
  })

  it('is refused with every finding of lint', async () => {
    const one = kit()
    const body = `${mappingText(2).replace('table: status,', 'table: statuss,')}\n---\ntable: status\nversion: x\n`
    const result = (await put(one, body)) as { findings: string[] }
    expect(result.findings.join('\n')).toMatch(/^status\.table\.yaml:2:10 HUB_LINT_SHAPE/m)
    expect(result.findings.join('\n')).toMatch(/^case\.inbound\.yaml:\d+:\d+ HUB_LINT_TABLE_UNKNOWN .*"status"\?$/m)
    expect(one.written).toEqual([])
  })

  it.each([
    ['for no connector', mappingText(2), { connector: 'elsewhere' }, 'HUB_MAPPING_UNKNOWN', {}],
    ['for no message', mappingText(2), { message: 'elsewhere' }, 'HUB_MAPPING_UNKNOWN', {}],
    ['at the address of another message', mappingText(2), { message: 'answer' }, 'HUB_MAPPING_OTHER', {}],
    ['under the present version', mappingText(1), {}, 'HUB_MAPPING_VERSION', { version: 1, present: 1 }],
    [
      'with another table under the present version of that table',
      withTable(2, 1).replace('REGISTERED, b', 'CLOSED, b'),
      {},
      'HUB_MAPPING_VERSION',
      { version: 1 },
    ],
    [
      'when its own number stands elsewhere',
      mappingText(2).replaceAll('/case_no', '/no_case'),
      {},
      'HUB_MAPPING_KEYS',
      { pointer: '/case_no' },
    ],
    [
      'when it reads an own number as another family',
      mappingText(2).replace('family: labour-arbitration', 'family: court'),
      {},
      'HUB_MAPPING_KEYS',
      { pointer: '/case_no' },
    ],
    [
      'when samples get no own number',
      mappingText(2).replace('kind: SERIAL', 'kind: SERIAL, when: { path: /status, is: x }'),
      {},
      'HUB_MAPPING_SAMPLES',
      {},
    ],
  ])('is refused, and not written, %s', async (_what, body, more, code, facts) => {
    const one = kit()
    await expect(put(one, body, more)).rejects.toEqual(refused(code, facts))
    expect(one.written).toEqual([])
  })

  it('may add a family at the end of those that a number was read by', async () => {
    const own = '  - { path: /case_no, family: labour-arbitration, kind: SERIAL }\n'
    const one = kit()
    const more = mappingText(2).replace(own, `${own}  - { path: /case_no, family: court }\n`)
    expect(await put(one, more)).toMatchObject({ version: 2 })
    const fewer = kit()
    fewer.mappings.hear(record(entry(2, { text: more })))
    await expect(put(fewer, mappingText(3))).rejects.toEqual(refused('HUB_MAPPING_KEYS'))
  })

  it('is answered as before when it is sent again', async () => {
    const one = kit()
    await put(one, withTable(2, 2))
    expect(await put(one, withTable(2, 2))).toMatchObject({ version: 2, differences: [] })
    expect(one.written).toHaveLength(1)
  })

  it('keeps the tables that the version before it brought, until others come', async () => {
    const one = kit()
    await put(one, withTable(2, 2))
    await put(one, mappingText(3))
    expect(inForce(one)).toMatchObject({
      stamp: 'labour-arbitration/case@3',
      tables: expect.arrayContaining(['status@2']),
    })
    await put(one, withTable(4, 3))
    expect(inForce(one).tables).toContain('status@3')
  })

  it('is refused when another one was written under its number at the same moment', async () => {
    const one = kit()
    one.before = () => one.mappings.hear(record(entry(2, { text: `# faster\n${mappingText(2)}` })))
    await expect(put(one, mappingText(2))).rejects.toEqual(refused('HUB_MAPPING_VERSION', { version: 2, present: 2 }))
  })
})
