import { describe, expect, it } from 'vitest'
import { mustBeUsable } from '#gateway/loader/connector.ts'
import { connector, tableText } from '../../../integration/gateway/swap/versions.ts'
import { entry, id, inForce, kit, record } from './world.ts'

const stamp = (version: number): string => `${connector}/case@${version}`

describe('the mappings in force', () => {
  it('are those on disk until the registry tells of a higher version', () => {
    const one = kit()
    expect(inForce(one).stamp).toBe(stamp(1))
    one.mappings.hear(record(entry(3)))
    one.mappings.hear(record(entry(2)))
    expect(inForce(one).stamp).toBe(stamp(3))
    expect(one.mappings.entryOf(id)?.version).toBe(3)
  })

  it('are those on disk when a release brought a higher version than the registry has', () => {
    const one = kit(5)
    one.mappings.hear(record(entry(4)))
    expect(one.mappings.entryOf(id)).toBeUndefined()
    one.mappings.hear(record(entry(5)))
    expect(one.mappings.entryOf(id)?.version).toBe(5)
  })

  it('take the first of two texts that came under one version, in whatever order a later process reads on', () => {
    const one = kit()
    const [first, second] = [entry(2, { by: 'first' }), entry(2, { by: 'second', text: `# other\n${entry(2).text}` })]
    expect(record(first).key).not.toBe(record(second).key)
    for (const each of [first, second]) one.mappings.hear(record(each))
    expect(one.mappings.entryOf(id)?.by).toBe('first')
  })

  it('are compiled when they are asked for, and of many versions only the last', () => {
    const one = kit()
    for (const version of [2, 3, 4]) one.mappings.hear(record(entry(version)))
    expect(one.logs).toEqual([])
    expect(inForce(one).stamp).toBe(stamp(4))
    expect(inForce(one).stamp).toBe(stamp(4))
    expect(one.logs).toEqual(['mapping.in-force'])
  })

  it('carry the tables that came with the version', () => {
    const one = kit()
    one.mappings.hear(record(entry(2, { tables: { status: tableText(2) } })))
    expect(inForce(one).tables).toContain('status@2')
  })

  it('stay as they were for whoever holds them', () => {
    const one = kit()
    const held = one.mappings.connectors()
    one.mappings.hear(record(entry(2)))
    expect(held.get(connector)!.inbound.get('case')!.stamp).toBe(stamp(1))
    expect(one.mappings.connectors()).not.toBe(held)
  })

  it('say of a version that cannot be compiled here that nothing may be said by the one before', () => {
    const one = kit()
    one.mappings.hear(record(entry(2, { text: entry(2).text.replace('call: count', 'call: of-a-later-release') })))
    expect(inForce(one)).toMatchObject({ stamp: stamp(1), unusable: 2 })
    expect(one.logs).toEqual(['mapping.unusable'])
    const mapping = one.mappings.connectors().get(connector)!.inbound.get('case')!
    expect(() => mustBeUsable(mapping)).toThrow(
      expect.objectContaining({ code: 'HUB_MAPPING_UNUSABLE', facts: { mapping: `${connector}/case`, version: 2 } }),
    )
    one.mappings.hear(record(entry(3)))
    expect(inForce(one)).toEqual({ stamp: stamp(3), tables: expect.any(Array) })
  })

  it('leave alone what is not of their making, and connectors that this release has not', () => {
    const one = kit()
    one.mappings.hear({ ...record(entry(2)), value: Buffer.from('{') })
    one.mappings.hear({ ...record(entry(2)), value: null })
    one.mappings.hear(record(entry(2, { connector: 'elsewhere' })))
    expect(inForce(one).stamp).toBe(stamp(1))
    expect(one.logs).toEqual(['mapping.unreadable'])
  })
})
