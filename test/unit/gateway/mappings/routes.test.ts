import { describe, expect, it, onTestFinished } from 'vitest'
import { buildApp } from '#gateway/app.ts'
import { mappingRoutes } from '#gateway/mappings/routes.ts'
import { createTelemetry } from '#gateway/telemetry.ts'
import { mappingText } from '../../../integration/gateway/swap/versions.ts'
import { entry, type Kit, kit, record } from './world.ts'

async function door(one: Kit) {
  const app = await buildApp({
    health: { stages: () => [], telemetry: createTelemetry(), refresh: async () => undefined },
    control: { isPaused: () => false, pause: async () => undefined, resume: async () => undefined },
    systems: new Set(),
    operatorKey: 'key',
    doors: [mappingRoutes({ ...one, operatorKey: 'key', slot: 'two', roles: new Set(['translate']) })],
    log: { error: () => undefined },
  })
  onTestFinished(() => app.close())
  return (method: 'GET' | 'POST', path: string, yaml?: string, key = 'key') =>
    app.inject({
      method,
      url: `/admin/mappings${path}`,
      headers: { authorization: `Bearer ${key}`, ...(yaml ? { 'content-type': 'application/yaml' } : {}) },
      ...(yaml ? { payload: yaml } : {}),
    })
}

const address = '/labour-arbitration/case.inbound'

describe('/admin/mappings', () => {
  it('takes a new version and lists it as in force in this process', async () => {
    const call = await door(kit())
    const answer = await call('POST', address, mappingText(2))
    expect([answer.statusCode, answer.json()]).toEqual([
      202,
      { mapping: 'labour-arbitration/case.inbound', version: 2, differences: [] },
    ])
    const list = (await call('GET', '')).json() as { mappings: { message: string }[] }
    expect(list).toMatchObject({ slot: 'two', roles: ['translate'] })
    expect(list.mappings.map(({ message, ...one }) => [message, one])).toEqual(
      expect.arrayContaining([
        ['case', expect.objectContaining({ version: 2, from: 'registry', by: 'operator', direction: 'inbound' })],
        ['notice', expect.objectContaining({ from: 'disk', direction: 'outbound' })],
      ]),
    )
  })

  it('answers 200 to a dry run, and changes nothing', async () => {
    const one = kit()
    const call = await door(one)
    expect((await call('POST', `${address}?dryRun=true`, mappingText(2))).statusCode).toBe(200)
    expect(one.written).toEqual([])
  })

  it('answers 422 with each finding as a compiler prints it', async () => {
    const answer = await (await door(kit()))(
      'POST',
      address,
      mappingText(2).replace('table: status,', 'table: statuss,'),
    )
    expect(answer.json()).toMatchObject({
      status: 422,
      code: 'HUB_MAPPING_TEXT',
      findings: [
        expect.stringMatching(/^case\.inbound\.yaml:\d+:\d+ HUB_LINT_TABLE_UNKNOWN .*did you mean "status"\?$/),
      ],
    })
  })

  it.each([
    ['an old version', address, 409, 'HUB_MAPPING_VERSION'],
    ['a mapping that does not exist', '/labour-arbitration/nothing.inbound', 404, 'HUB_MAPPING_UNKNOWN'],
    ['a name without a direction', '/labour-arbitration/case', 404, 'HUB_MAPPING_UNKNOWN'],
  ])('refuses %s', async (_what, path, status, code) => {
    const answer = await (await door(kit()))('POST', path, mappingText(1))
    expect(answer.json()).toMatchObject({ status, code })
  })

  it('is for operators only', async () => {
    const call = await door(kit())
    expect((await call('GET', '', undefined, 'wrong')).statusCode).toBe(401)
    expect((await call('POST', address, mappingText(2), 'wrong')).statusCode).toBe(401)
  })

  it('says which version this process cannot compile', async () => {
    const one = kit()
    one.mappings.hear(record(entry(7, { text: 'of a later release' })))
    const { mappings } = (await (await door(one))('GET', '')).json() as { mappings: object[] }
    expect(mappings).toContainEqual(expect.objectContaining({ message: 'case', version: 7, unusable: true }))
  })
})
