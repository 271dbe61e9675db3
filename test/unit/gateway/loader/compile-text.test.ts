import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileText } from '#gateway/loader/compile-text.ts'
import { loadConnector, loadWorld } from '#gateway/loader/discover.ts'
import { contextOf } from '#gateway/loader/golden.ts'
import { formatIssue } from '#mappings/engine/index.ts'

const root = new URL('../../../..', import.meta.url).pathname
const world = loadWorld(root)
const id = 'labour-arbitration'
const connector = await loadConnector(root, join(root, 'connectors', id), world)
const text = (file: string): string => readFileSync(join(root, 'mappings', id, file), 'utf8')
const file = 'case.inbound.yaml'
const now = text(file)

describe('compileText', () => {
  it('compiles a text against the tables of the connector, and stamps its version', () => {
    const made = compileText(world, connector, { file, text: now.replace('version: 1', 'version: 2') })
    expect(made).toMatchObject({ mapping: { stamp: `${id}/case@2`, tables: connector.inbound.get('case')!.tables } })
  })

  it('takes a table that came along in the place of the one of that name, for this mapping alone', () => {
    const table = text('status.table.yaml')
      .replace(/^version: \d+/m, 'version: 9')
      .replace('申请, to: REGISTERED', '申请, to: ACCEPTED')
    const made = compileText(world, connector, { file, text: now, tables: { status: table } })
    if (!('mapping' in made)) throw new Error(made.issues.map(formatIssue).join())
    expect(made.mapping.tables).toContain('status@9')
    expect(connector.inbound.get('case')!.tables).not.toContain('status@9')
    const tree = { case_no: '浙杭西湖劳人仲案〔2026〕1号', status: '申请' }
    const status = (mapping: typeof made.mapping) =>
      (mapping.compiled.map(tree, contextOf(connector, 'x'))[0]!.record.proceeding as { status: string }).status
    expect([status(connector.inbound.get('case')!), status(made.mapping)]).toEqual(['REGISTERED', 'ACCEPTED'])
  })

  it('finds what lint finds, in the mapping and in the tables, and compiles nothing then', () => {
    const made = compileText(world, connector, {
      file,
      text: now.replace('table: status,', 'table: statuss,'),
      tables: { status: 'table: status\nversion: one\nentries: []\n' },
    })
    const lines = 'issues' in made ? made.issues.map(formatIssue) : []
    expect(lines.join('\n')).toMatch(/^status\.table\.yaml:2:10 HUB_LINT_SHAPE /m)
    expect(lines.join('\n')).toMatch(/^case\.inbound\.yaml:\d+:\d+ HUB_LINT_TABLE_UNKNOWN .*did you mean "status"\?$/m)
  })
})
