// However a list grows and changes while it is read, every line is given at least once within the overlap of the next passes.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  after,
  freshOf,
  type Limits,
  type Line,
  type Position,
  passOf,
  start,
} from '#gateway/transports/http-poll/position.ts'

const limits: Limits = { overlapMs: 50, firstPage: 1, remembered: 1000 }

it('no line is lost, whatever is inserted or changed between two pages', () => {
  const change = fc.record({ at: fc.integer({ min: 0, max: 9 }), id: fc.integer({ min: 0, max: 15 }) })
  const plan = fc.record({
    changes: fc.array(fc.array(change, { maxLength: 3 }), { minLength: 1, maxLength: 25 }),
    size: fc.integer({ min: 1, max: 4 }),
    newestFirst: fc.boolean(),
  })
  fc.assert(
    fc.property(plan, ({ changes, size, newestFirst }) => {
      const lines = new Map<number, Line>()
      const given = new Set<string>()
      let clock = 0
      let position: Position = start
      const step = (): void => {
        const pass = passOf(position, limits)
        const found = [...lines.values()]
          .filter(line => pass.since === null || line.at! >= pass.since)
          .sort((a, b) => (newestFirst ? b.at! - a.at! : a.at! - b.at!))
        const from = (pass.page - 1) * size
        const page = found.slice(from, from + size)
        const fresh = freshOf(position, page)
        for (const [index, line] of page.entries()) if (fresh[index]) given.add(line.print)
        position = after(position, page, page.length >= size, clock, limits)
      }
      for (const now of changes) {
        for (const { at, id } of now) {
          clock += at === 0 ? 1 : 0
          lines.set(id, { print: `${id}@${clock}#${lines.size}`, at: clock })
        }
        step()
      }
      // The list rests: the pass under way ends, and one whole pass follows.
      for (let n = 0; n < 60; n += 1) step()
      for (const line of lines.values()) expect(given).toContain(line.print)
    }),
    { numRuns: 300 },
  )
})
