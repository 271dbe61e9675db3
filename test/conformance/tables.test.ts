// Each fault of a manifest's tables is named; a manifest without one has none.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Manifest } from '#schemas/files.ts'
import type { TableIn, TableOut } from '#schemas/tables.ts'
import { tableFaults } from './rules/tables.ts'

const file = join(import.meta.dirname, 'good/connectors/northgate/manifest.yaml')
const manifest = parse(readFileSync(file, 'utf8')) as Manifest
const [message] = Object.keys(manifest.messages) as [string]
const [said] = manifest.outbound.map(rule => rule.message) as [string]

const rows: TableIn = {
  message,
  table: 'IN',
  key: 'id',
  state: { column: 'zt', new: ['0'], done: '20', conflict: '30', failed: '40' },
  claim: { by: 'hub_by', at: 'hub_at', leaseMs: 1000 },
}
const laid: TableOut = { message: said, table: 'OUT', ids: { delivery: 'id' } }

function faults(inbound: TableIn, ...out: TableOut[]): string[] {
  return tableFaults({ ...manifest, transport: { ...manifest.transport, table: { in: [inbound], out } } })
}

it('finds nothing to say of tables that agree with the manifest', () => {
  expect(tableFaults(manifest)).toEqual([])
  expect(faults(rows, laid)).toEqual([])
})

it('names a table of no message, and a message of no table', () => {
  expect(faults({ ...rows, message: 'other' }, { ...laid, message: 'other' })).toEqual([
    'table IN holds no message that comes from outside',
    'table OUT holds no outbound message',
    `message ${said} has no table, though others have`,
  ])
})

it('names a state that loses the tries, and answers that nobody takes', () => {
  const state = { ...rows.state, claimed: '10' }
  expect(
    faults({ ...rows, state, tries: { column: 'zt', max: 3 } }, { ...laid, answers: { taken: 'x', states: [] } }),
  ).toEqual([
    'table IN: a state for claimed rows overwrites the tries that the state counts',
    'table OUT has answers, but no message is marked as the answer',
  ])
})
