import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { coverage, lintCoverage } from '#mappings/engine/coverage.ts'
import { parseFamilies } from '#mappings/engine/families.ts'
import { compileMapping, formatIssue, parseMapping } from '#mappings/engine/index.ts'
import { realIdentifiers } from '../../../helpers/identifiers.ts'
import { tables, target } from '../../../helpers/mapping.ts'

const file = 'mappings/x/y.inbound.yaml'
const text = `from: { connector: x, message: y }
version: 1
own: [/no]
set:
  proceeding.status: /st
  parties: { each: /people, set: { role: { const: P }, name: /xm } }
ignore:
  /page: paging of their screen
  /st: said twice
  /gone: no longer sent
`
const contract = ['/no', '/st', '/people', '/people/*/xm', '/people/*/sex', '/page', '/extra']

function world() {
  const { mapping } = parseMapping(text, file)
  return {
    source: mapping!,
    compiled: compileMapping(mapping!, { tables: tables(), identifiers: realIdentifiers(), target }),
  }
}

describe('coverage', () => {
  it('tells mapped, ignored and forgotten fields apart', () => {
    const found = coverage(world().compiled, contract)
    expect(found.mapped).toEqual(expect.arrayContaining(['/no', '/st', '/people/*/xm']))
    expect(found.ignored).toEqual(['/page'])
    expect(found.forgotten).toEqual(['/people/*/sex', '/extra'])
    expect(found.unknown).toEqual(['/gone'])
  })

  it('prints what is forgotten, what the contract does not have, and what is read and ignored at once', () => {
    const { source, compiled } = world()
    expect(lintCoverage(source, compiled, contract).map(formatIssue)).toEqual([
      `${file}:1:1 HUB_LINT_FIELD_FORGOTTEN the contract's field "/people/*/sex" is neither mapped nor ignored`,
      `${file}:1:1 HUB_LINT_FIELD_FORGOTTEN the contract's field "/extra" is neither mapped nor ignored`,
      expect.stringContaining(`${file}:10:3 HUB_LINT_PATH_UNKNOWN the contract has no field "/gone"`),
      `${file}:9:3 HUB_LINT_PATH_BOTH "/st" is ignored and read at once`,
    ])
  })
})

it('finds a number family whose pattern is none', () => {
  const families = readFileSync(new URL('../../../../schemas/identifiers/families.yaml', import.meta.url), 'utf8')
  expect(parseFamilies(families, 'families.yaml').issues).toEqual([])
  const { issues } = parseFamilies(families.replace("'^MT(", "'^MT(("), 'families.yaml')
  expect(issues.map(formatIssue)).toEqual([
    expect.stringMatching(
      /^families\.yaml:\d+:\d+ HUB_LINT_PATTERN the pattern of family "mt" is no regular expression$/,
    ),
  ])
})
