import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadConnector, loadWorld } from '#gateway/loader/discover.ts'
import { translate } from '#gateway/translate/stage.ts'

const root = new URL('../../../..', import.meta.url).pathname
const id = 'consumer-12315'
const connector = await loadConnector(root, join(root, 'connectors', id), loadWorld(root))
const sample = 'samples/valid/c13-both-registered.json'

it('tells what no mapping reads once a message, with its first record', () => {
  const tree = JSON.parse(readFileSync(join(connector.dir, sample), 'utf8')) as object
  const deps = {
    systems: new Map([[id, { id, connector: id, area: '330106', prefecture: '3301' }]]),
    connectors: new Map([[id, connector]]),
    openTitle: () => null,
    unknownCode: () => undefined,
  }
  const about = {
    messageId: 'm',
    contentHash: 'h',
    receivedAt: 0,
    traceId: null,
    caseId: null,
    deliveryId: null,
    causationId: null,
  }
  const flaws = (extra: object) =>
    translate(deps, id, 'complaint', { ...tree, ...extra }, about).records.map(({ record }) =>
      record.envelope.flaws.filter(one => one.rule === 'UNMAPPED'),
    )
  expect(flaws({})).toEqual([[], []])
  expect(flaws({ newField: 1 })).toEqual([[{ pointer: '/newField', rule: 'UNMAPPED', table: null }], []])
})
