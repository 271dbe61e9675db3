import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { copyOf, openBook, take } from '#connectors/mt-coordination/simulator-book.ts'
import { connectors, root } from '../../../helpers/connectors.ts'

const golden = join(root, 'mappings', 'mt-coordination', 'golden')
const context = { system: 'mt-coordination', area6: '330106', prefecture4: '3301', today: '2026-03-02', receivedAt: 0 }

const connector = connectors.get('mt-coordination')!

function pushOf(name: string): Record<string, unknown> {
  const input = JSON.parse(readFileSync(join(golden, `${name}.outbound-input.json`), 'utf8'))
  return connector.outbound.get('matter')!.compiled.map(input, context)[0]!.record
}

/** What the hub reads when the system sends back, at `minute`, what it was pushed. */
function readBack(name: string, minute: number) {
  const book = openBook('mt-coordination', () => new Date(Date.UTC(2026, 2, 2, 1, minute)))
  take(book, JSON.stringify({ ...pushOf('matter-first'), requestId: 'd1' }), false)
  const body = JSON.stringify({ ...pushOf(name), requestId: 'd2', sxbh: 'MT33010620260302000017' })
  take(book, body, false)
  const { envelope: _times, ...record } = connector.inbound
    .get('matter')!
    .compiled.map(copyOf(book, body), context)[0]!.record
  return record
}

describe('a matter that comes back from mt-coordination', () => {
  it.each(['matter-awarded', 'matter-not-agreed', 'matter-full-and-long'])(
    'says the same at another time: %s',
    name => {
      expect(readBack(name, 50)).toEqual(readBack(name, 10))
    },
  )

  it('hands nothing over, though the push told the hand-overs of others', () => {
    expect(pushOf('matter-first').lzdw).toContainEqual(expect.objectContaining({ dwdm: '330106004', czlx: '交办' }))
    expect(readBack('matter-first', 10)).not.toHaveProperty('assignments')
  })

  it('keeps its own state, whatever the units report', () => {
    expect(readBack('matter-awarded', 10)).toMatchObject({
      proceeding: { nativeStatus: { name: '登记' }, status: 'REGISTERED' },
    })
  })
})
