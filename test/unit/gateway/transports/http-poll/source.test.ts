// Lists asked for page by page: what comes once, what comes again, and all that a page can be instead of one.
import { describe, expect, it } from 'vitest'
import { HubError } from '#schemas/errors.ts'
import { page, type Row, rig, serve, spec } from './rig.ts'

const row = (no: string, time: string): Row => ({ no, gxsj: `2026-03-02 ${time}` })

describe('a list', () => {
  it('is read to its end, and then only what changed since, a little overlapped', async () => {
    const rows = [row('1', '09:00:00'), row('2', '09:10:00'), row('3', '09:20:00')]
    const { drain, asked } = await rig(query => serve(rows, query))
    expect(await drain()).toEqual(['1', '2', '3'])
    expect(asked.map(one => [one.page, one.since])).toEqual([
      ['1', '2026-01-01 00:00:00'],
      ['2', '2026-01-01 00:00:00'],
    ])
    rows.push(row('4', '09:30:00'))
    expect(await drain()).toEqual(['4'])
    expect(asked[2]).toMatchObject({ page: '1', since: '2026-03-02 09:19:00' })
    expect(await drain()).toEqual([])
  })

  it('gives a line that changed again', async () => {
    const rows = [row('1', '09:00:00')]
    const { drain } = await rig(query => serve(rows, query))
    await drain()
    rows[0] = row('1', '09:00:30')
    expect(await drain()).toEqual(['1'])
  })

  it('goes on from the page that was stored last, in another process too', async () => {
    const rows = [row('1', '09:00:00'), row('2', '09:10:00'), row('3', '09:20:00')]
    const one = await rig(query => serve(rows, query))
    const first = await one.source.next()
    await first!.end()
    const second = await one.source.next()
    expect(second).toBeDefined()
    const again = one.reopen()
    expect(await again.drain()).toEqual(['3'])
  })

  it('gives a page again that was found and not stored', async () => {
    const rows = [row('1', '09:00:00')]
    const { source, drain } = await rig(query => serve(rows, query))
    const find = await source.next()
    await find!.release()
    expect(await drain()).toEqual(['1'])
  })

  it('reads again what a list that moved between two pages had skipped', async () => {
    let rows = [row('1', '09:00:00'), row('2', '09:00:10'), row('3', '09:00:20'), row('4', '09:00:30')]
    const { drain } = await rig(query => {
      const answer = serve(rows, query)
      if (query.page === '1') rows = rows.filter(one => one.no !== '1')
      return answer
    })
    const found = [...(await drain()), ...(await drain())]
    expect(found.sort()).toEqual(['1', '2', '3', '4'])
  })

  it('ends where a server gives one page for every number', async () => {
    const rows = [row('1', '09:00:00'), row('2', '09:10:00')]
    const { drain, asked } = await rig(() => page(rows))
    expect(await drain()).toEqual(['1', '2'])
    expect(asked).toHaveLength(2)
  })

  it('without times is compared whole', async () => {
    const { watermark: _none, ...untimed } = spec
    const rows = [row('1', ''), row('2', ''), row('3', '')]
    const { drain } = await rig(query => serve(rows, { ...query, since: '' }), { spec: untimed })
    expect(await drain()).toEqual(['1', '2', '3'])
    rows.push(row('4', ''))
    expect(await drain()).toEqual(['4'])
  })
})

describe('clocks', () => {
  it('a line from the future does not hide those that come after', async () => {
    const rows = [row('1', '09:00:00'), { no: '2', gxsj: '2099-01-01 00:00:00' }]
    const { drain } = await rig(query => serve(rows, query))
    expect(await drain()).toEqual(['1', '2'])
    rows.push(row('3', '16:30:00'))
    expect(await drain()).toEqual(['3'])
  })

  it('the hub that lives in the future reads no further than the system itself', async () => {
    const rows = [row('1', '09:00:00')]
    const date = () => ({ date: new Date('2026-03-02T01:30:00Z').toUTCString() })
    const { drain, asked } = await rig(query => ({ ...serve(rows, query), headers: date() }), {
      now: () => new Date('2031-01-01T00:00:00Z'),
    })
    rows.push({ no: '2', gxsj: '2030-01-01 00:00:00' })
    expect(await drain()).toEqual(['1', '2'])
    await drain()
    expect(asked.at(-1)!.since).toBe('2026-03-02 09:29:00')
  })
})

describe('an answer that is no page', () => {
  const broken = (cause: string) => new HubError('HUB_SOURCE_ANSWER', { system: 'unit', message: 'case', cause })

  it('200 with an error inside is no empty list', async () => {
    let fails = true
    const rows = [row('1', '09:00:00')]
    const { source, drain } = await rig(query => (fails ? { body: { code: '500', msg: 'x' } } : serve(rows, query)))
    await expect(source.next()).rejects.toThrow(broken('500').message)
    fails = false
    expect(await drain()).toEqual(['1'])
  })

  it.each([
    ['HTTP_503', { status: 503, body: {} }],
    ['NO_LIST', { body: { code: '0', data: null } }],
    ['NOT_OK', { body: {} }],
  ])('%s', async (cause, answer) => {
    const { source, positions } = await rig(() => answer)
    await expect(source.next()).rejects.toThrow(broken(cause).message)
    expect(positions.size).toBe(0)
  })

  it('waits as long as it is told to', async () => {
    let at = Date.parse('2026-03-02T08:00:00Z')
    const { source, asked } = await rig(() => ({ status: 429, headers: { 'retry-after': '120' }, body: {} }), {
      now: () => new Date(at),
    })
    await expect(source.next()).rejects.toThrow(broken('HTTP_429').message)
    expect(await source.next()).toBeUndefined()
    expect(asked).toHaveLength(1)
    at += 121_000
    await expect(source.next()).rejects.toThrow(broken('HTTP_429').message)
  })

  it('is told from a server that is away', async () => {
    const { source, close } = await rig(() => page([]))
    expect(await source.next()).toBeUndefined()
    close()
    await expect(source.next()).rejects.toMatchObject({ code: 'HUB_SOURCE_UNREACHABLE' })
  })
})

describe('tickets', () => {
  it('one that runs out in the middle is asked for anew, and the page with it', async () => {
    const rows = [row('1', '09:00:00'), row('2', '09:10:00'), row('3', '09:20:00')]
    let made = 0
    const good = () => `T${made}`
    const { drain, asked } = await rig(
      query => {
        if (query.ticket !== good()) return { body: { code: 'EXPIRED' } }
        const answer = serve(rows, query)
        if (query.page === '1') made += 1
        return answer
      },
      { tickets: () => good() },
    )
    expect(await drain()).toEqual(['1', '2', '3'])
    expect(asked.map(one => `${one.page}${one.ticket}`)).toEqual(['1T0', '2T0', '2T1'])
  })

  it('one that is never good is a fault, after one more try', async () => {
    const { source, asked } = await rig(() => ({ status: 401, body: {} }), { tickets: () => 'T' })
    await expect(source.next()).rejects.toMatchObject({ code: 'HUB_SOURCE_ANSWER', facts: { cause: 'UNAUTHORIZED' } })
    expect(asked).toHaveLength(2)
  })
})
