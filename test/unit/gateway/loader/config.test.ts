import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkConfig, demoConfig, readConfig } from '#gateway/loader/config.ts'
import { connectorDirs, loadConnector, loadWorld } from '#gateway/loader/discover.ts'
import { HubError } from '#schemas/errors.ts'

const root = new URL('../../../..', import.meta.url).pathname
const schema = join(root, 'schemas', 'files', 'hub.schema.json')

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'config-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  return dir
}

function fault(text: string): HubError {
  const file = join(folder(), 'hub.yaml')
  writeFileSync(file, text)
  try {
    readConfig(file, schema)
  } catch (error) {
    if (error instanceof HubError) return error
    throw error
  }
  return expect.unreachable()
}

describe('configuration', () => {
  it('names line, column and rule of the first fault', () => {
    const error = fault(
      'systems:\n  - id: town\n    connector: x\n    area: 330106\n    prefecture: "3301"\nsubscriptions: []\n',
    )
    expect(error.code).toBe('HUB_START_CONFIG')
    expect(error.message).toMatch(/hub.yaml:4:11 is not a valid configuration: \/systems\/0\/area must be string$/)
    expect(error.says.zh).toContain('hub.yaml:4:11')
  })

  it('names an unknown word', () => {
    expect(fault('systems: []\nsubscriptions: []\nsubscribers: []\n').message).toContain(
      'must NOT have additional properties subscribers',
    )
  })

  it('refuses a subscription of a system that is not there, and a system that stands twice', () => {
    const system = { id: 'town', connector: 'c', area: '330106', prefecture: '3301' }
    const subscription = { id: 's', system: 'city', purpose: 'STATS', basis: 'b', door: { kind: 'pull' } } as const
    const check = (systems: (typeof system)[], subscriptions: (typeof subscription)[]) => () =>
      checkConfig({ systems, subscriptions }, new Set(['c']), 'hub.yaml')
    expect(check([system], [subscription])).toThrow('subscription s: no system city')
    expect(check([system, system], [])).toThrow('system town stands twice')
    expect(check([{ ...system, connector: 'd' }], [])).toThrow('system town: no connector d')
  })

  it('is, for the demo, the sum of what the connectors say', () => {
    const config = demoConfig(connectorDirs(root))
    expect(config.systems.length).toBeGreaterThanOrEqual(7)
    // A system that only exchanges files never calls: it has no key.
    const called = config.systems.filter(one => one.inbound)
    expect(called.length).toBeGreaterThanOrEqual(config.systems.length - 1)
    expect(called.every(one => one.inbound?.credentials.secret === `demo-sk-${one.id}`)).toBe(true)
  })
})

it('says what is missing when half a connector is there', async () => {
  const dir = folder()
  writeFileSync(
    join(dir, 'manifest.yaml'),
    'id: halftown\nmessages: { opened: { contract: c.json, format: json, numbers: [/no] } }\noutbound: []\n',
  )
  const error = await loadConnector(root, dir, loadWorld(root)).catch((caught: unknown) => caught)
  expect(error).toMatchObject({
    code: 'HUB_START_CONNECTOR',
    message: 'connector halftown cannot be loaded: mappings/halftown/opened.inbound.yaml is missing',
  })
})
