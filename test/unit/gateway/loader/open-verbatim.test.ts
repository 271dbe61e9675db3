import { describe, expect, it } from 'vitest'
import { loadConnectors } from '#gateway/loader/discover.ts'
import { openVerbatim } from '#gateway/loader/open-verbatim.ts'
import { verbatimOf } from '#mappings/engine/index.ts'
import { classesOf } from '#schemas/canonical/target.ts'
import { compile } from '../../../helpers/mapping.ts'
import { caseRecordSchema } from '../../../helpers/records.ts'

const root = new URL('../../../..', import.meta.url).pathname
const connectors = await loadConnectors(root)
const open = openVerbatim(() => connectors, caseRecordSchema)

describe('open fields that repeat native ones', () => {
  it('are of class S0 in every connector, and the native status is among them', () => {
    const classes = classesOf(caseRecordSchema)
    const all = [...connectors.values()].flatMap(one =>
      [...one.inbound.keys()].flatMap(name => open(one.manifest.id, name)),
    )
    expect(all.filter(one => classes[one.target] !== 'S0')).toEqual([])
    expect(all.map(one => one.target)).toContain('proceeding.nativeStatus.name')
    expect(open('labour-arbitration', 'case')).toContainEqual({
      target: 'proceeding.nativeStatus.name',
      from: ['/status'],
    })
    expect(open('labour-arbitration', 'nothing')).toEqual([])
  })

  it('are found in nested sets, lists, picks and alternatives; what is made of a field is none', () => {
    const { spec } = compile(`
from: { connector: x, message: y }
version: 1
own: [/no]
set:
  case.title: [/title, { path: [/b, /c] }, { const: x }]
  proceeding.owner: { set: { name: { pick: /steps, value: /unit } } }
  proceeding.status: { path: /st, table: status }
  case.occurredOn: { path: /day, date: true }
  case.tags: { each: /tags, value: '' }
  parties: { list: [{ set: { role: /r } }, { each: /people, set: { name: /xm, phone: { path: /tel, call: phone } } }] }
`)
    expect(verbatimOf(spec)).toEqual([
      { target: 'case.title', from: ['/title', '/b', '/c'] },
      { target: 'proceeding.owner.name', from: ['/steps/*/unit'] },
      { target: 'case.tags[]', from: ['/tags/*'] },
      { target: 'parties[].role', from: ['/r'] },
      { target: 'parties[].name', from: ['/people/*/xm'] },
    ])
  })
})
