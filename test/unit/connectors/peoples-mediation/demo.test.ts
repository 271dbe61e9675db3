import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { HubConfig } from '#schemas/files.ts'

const root = join(import.meta.dirname, '../../../..')
const demo = parse(readFileSync(join(root, 'connectors/peoples-mediation/demo.yaml'), 'utf8')) as HubConfig

describe('demo of peoples-mediation', () => {
  it('asks only for cases in which it has a part, and never for a report against somebody', () => {
    const [subscription] = demo.subscriptions
    expect(demo.subscriptions).toHaveLength(1)
    expect(subscription?.filter?.involved).toBe(true)
    expect(subscription).toMatchObject({ purpose: 'MEDIATE', filter: { notKinds: ['CONSUMER_REPORT'] } })
  })

  it('serves committees and no whole area, so that a hand-over to a town passes it by', () => {
    for (const code of demo.systems[0]?.serves ?? []) expect(code).not.toMatch(/^\d+$/)
  })
})
