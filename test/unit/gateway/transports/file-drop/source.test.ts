// Files taken out of an exchange folder: only when whole, each by one process, none twice, none lost, each answered.
import { renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { leaseMs } from '#gateway/transports/file-drop/claims.ts'
import type { FilesSpec } from '#schemas/transport.ts'
import { drain, judged, layout, readAll, rig, treesOf } from './rig.ts'

const ids = {
  caseId: '11111111-1111-5111-8111-111111111111',
  eventId: '22222222-2222-5222-8222-222222222222',
  deliveryId: '33333333-3333-5333-8333-333333333333',
}
const laid = `note_${ids.caseId}_${ids.eventId}_${ids.deliveryId}.json`

describe('a file in the exchange folder', () => {
  it('is read, answered with counts and reasons, and put away', async () => {
    const one = rig()
    one.lay('out/case-1.json', '[{"no":1},{"no":2,"bad":"虚甲一"},{"no":3}]')
    const items = await drain(one.source('a'))
    expect(treesOf(items)).toEqual([{ no: 1 }, { no: 2, bad: '虚甲一' }, { no: 3 }])
    expect(one.json('out/case-1.json.ack')).toEqual({
      file: 'case-1.json',
      at: '2026-07-06T01:00:00.000Z',
      result: 'done',
      items: 3,
      accepted: 2,
      duplicate: 0,
      conflict: 0,
      refused: 1,
      refusals: [{ index: 1, code: 'HUB_RECEIVE_CONTRACT', zh: '不符', en: 'no', pointer: '/no' }],
    })
    expect(JSON.stringify(one.json('out/case-1.json.ack'))).not.toContain('虚甲一')
    expect(one.names('out')).toEqual(['case-1.json.ack', 'done', 'failed', 'taken'])
    expect(one.names('out/done')).toEqual(['case-1.json'])
    expect(one.names('out/taken')).toEqual([])
  })

  it('is left alone until its mark is there, and told about once when that takes hours', async () => {
    const one = rig()
    const source = one.source('a')
    one.lay('out/case-1.json', '{"no":', false)
    utimesSync(join(one.root, 'out/case-1.json'), one.now / 1000, one.now / 1000)
    expect(await drain(source)).toEqual([])
    one.now += 2 * 3_600_000 + 1
    for (let n = 0; n < 3; n++) expect(await drain(source)).toEqual([])
    expect(one.notices).toEqual(['overdue case-1.json'])
    one.lay('out/case-1.json', '{"no":1}')
    expect(treesOf(await drain(source))).toEqual([{ no: 1 }])
  })

  it('is taken by its name alone where the sender renames', async () => {
    const one = rig()
    const files: FilesSpec = { ...layout, in: { ...layout.in!, complete: 'rename', ack: false } }
    one.lay('out/case-1.json.part', '{"no":1}', false)
    const source = one.source('a', { files })
    expect(await drain(source)).toEqual([])
    renameSync(join(one.root, 'out/case-1.json.part'), join(one.root, 'out/case-1.json'))
    expect(treesOf(await drain(source))).toEqual([{ no: 1 }])
    expect(one.names('out')).toEqual(['done', 'failed', 'taken'])
  })

  it('goes to the failed ones when nothing of it can be read: no JSON, nothing at all, nothing but faults', async () => {
    const one = rig()
    one.lay('out/case-1.json', '{"no":')
    one.lay('out/case-2.json', '')
    one.lay('out/case-3.json', '[{"bad":1}]')
    await drain(one.source('a'))
    expect(one.names('out/failed')).toEqual(['case-1.json', 'case-2.json', 'case-3.json'])
    expect(one.json('out/case-1.json.ack')).toMatchObject({
      result: 'failed',
      problem: { code: 'HUB_RECEIVE_UNREADABLE' },
    })
    expect(one.json('out/case-2.json.ack')).toMatchObject({ problem: { code: 'HUB_FILE_REFUSED', rule: 'EMPTY_FILE' } })
    expect(one.json('out/case-3.json.ack')).toMatchObject({ result: 'failed', refused: 1 })
  })

  it('of the same name again is read again, and the first one stays in the archive', async () => {
    const one = rig()
    const source = one.source('a')
    for (const content of ['{"no":1}', '{"no":1}', '{"no":2}']) {
      one.lay('out/case-1.json', content)
      one.now += 1000
      expect(treesOf(await drain(source))).toEqual([JSON.parse(content)])
    }
    expect(one.names('out/done')).toHaveLength(3)
  })

  it('is not touched when its name is odd, when it is a link, or when no message is so named', async () => {
    const one = rig()
    const odd = ['case-\u202e1.json', '.case-1.json', 'case-\n.json', `case-${'x'.repeat(180)}.json`]
    for (const name of odd) one.lay(`out/${name}`, '{"no":1}')
    one.lay('out/other.txt', 'x', false)
    writeFileSync(join(one.root, 'secret.json'), '{"no":9}')
    symlinkSync(join(one.root, 'secret.json'), join(one.root, 'out/case-9.json'))
    writeFileSync(join(one.root, 'out/case-9.json.done'), '')
    const source = one.source('a')
    expect(await drain(source)).toEqual([])
    expect(await drain(source)).toEqual([])
    expect(one.names('out/taken')).toEqual([])
    const told = ['(11 characters)', '(12 characters)', '(190 characters)', '.case-1.json', 'case-9.json', 'other.txt']
    expect(one.notices.toSorted()).toEqual(told.map(name => `refused ${name}`))
  })

  it('is read again later when it changes while it is read', async () => {
    const one = rig()
    one.lay('out/case-1.json', '[{"no":1}]')
    const source = one.source('a')
    const find = (await source.next())!
    const path = join(one.root, 'out/taken', one.names('out/taken').find(name => !name.endsWith('.done'))!)
    const late = readAll(find, items => {
      writeFileSync(path, '[{"no":1},{"no":2}]')
      return judged(items)
    })
    await expect(late).rejects.toMatchObject({ code: 'HUB_FILE_CHANGED' })
    await find.release()
    expect(await source.next()).toBeUndefined()
    one.now += 10_000
    expect(treesOf(await drain(source))).toEqual([{ no: 1 }, { no: 2 }])
    expect(one.names('out/failed')).toEqual([])
  })
})

describe('several processes on one folder', () => {
  it('take each file once, and leave none', async () => {
    const one = rig()
    for (let n = 0; n < 120; n++) one.lay(`out/case-${n}.json`, JSON.stringify({ no: n }))
    const sources = ['a', 'b', 'c'].map(slot => one.source(slot))
    const seen = (await Promise.all(sources.map(drain))).map(items => treesOf(items) as { no: number }[])
    expect(seen.filter(items => items.length > 0).length).toBeGreaterThan(1)
    const numbers = seen.flat().map(tree => tree.no)
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, n) => n))
    expect(one.names('out/taken')).toEqual([])
    expect(one.names('out').filter(name => name.endsWith('.done'))).toEqual([])
  })

  it('leave a file to the process that has it, and take it over when that one has been silent', async () => {
    const one = rig()
    one.lay('out/case-1.json', '{"no":1}')
    const [dead, other] = [one.source('a'), one.source('b')]
    expect(await dead.next()).toBeDefined()
    expect(await drain(other)).toEqual([])
    one.now += leaseMs + 1
    expect(treesOf(await drain(other))).toEqual([{ no: 1 }])
    expect(one.names('out/done')).toEqual(['case-1.json'])
  })

  it('let a restarted process go on at once with what it had in hand', async () => {
    const one = rig()
    one.lay('out/case-1.json', '{"no":1}')
    expect(await one.source('a').next()).toBeDefined()
    expect(treesOf(await drain(one.source('a')))).toEqual([{ no: 1 }])
  })

  it('tell a process that was silent for too long that the file is no longer its own', async () => {
    const one = rig()
    one.lay('out/case-1.json', '{"no":1}')
    const [slow, other] = [one.source('a'), one.source('b')]
    const find = (await slow.next())!
    one.now += leaseMs + 1
    await drain(other)
    await expect(readAll(find)).rejects.toMatchObject({ code: 'HUB_FILE_LOST' })
    await find.release()
    expect(await drain(slow)).toEqual([])
    expect(one.names('out/done')).toEqual(['case-1.json'])
  })

  it('take no file whose mark another has taken since it was seen', async () => {
    const one = rig()
    for (const name of ['case-1.json', 'case-2.json']) one.lay(`out/${name}`, '{"no":1}')
    const [slow, other] = [one.source('a'), one.source('b')]
    await readAll((await slow.next())!)
    expect(await drain(other)).toHaveLength(1)
    one.lay('out/case-2.json', '{"no":', false)
    expect(await slow.next()).toBeUndefined()
    expect(one.names('out')).toContain('case-2.json')
  })

  it('answer nothing for a file that was lost while it was read', async () => {
    const one = rig()
    one.lay('out/case-1.json', '{"no":1}')
    const [slow, other] = [one.source('a'), one.source('b')]
    const find = (await slow.next())!
    for await (const chunk of find.items()) await find.settled(judged(chunk))
    one.now += leaseMs + 1
    await drain(other)
    const answer = one.json('out/case-1.json.ack')
    one.now += 1000
    await expect(find.end()).rejects.toMatchObject({ code: 'HUB_FILE_LOST' })
    expect(one.json('out/case-1.json.ack')).toEqual(answer)
  })

  it('keep a file whose process died between claiming the mark and the file', async () => {
    const one = rig()
    await drain(one.source('x'))
    one.lay('out/case-1.json', '{"no":1}', false)
    one.lay(`out/taken/a~${one.now}~case-1.json.done`, '', false)
    one.now += leaseMs + 1
    expect(treesOf(await drain(one.source('b')))).toEqual([{ no: 1 }])
    expect(one.names('out/taken')).toEqual([])
  })

  it('hold on to a file that takes longer than a claim lasts', async () => {
    const one = rig()
    const rows = Array.from({ length: 1500 }, (_, no) => ({ no }))
    one.lay('out/case-1.json', JSON.stringify(rows))
    const [slow, other] = [one.source('a'), one.source('b')]
    const find = (await slow.next())!
    for await (const chunk of find.items()) {
      one.now += leaseMs / 2
      await find.settled(chunk.map(({ index }) => ({ index, status: 'accepted' as const, numbers: [] })))
      expect(await drain(other)).toEqual([])
    }
    await find.end()
    expect(one.json('out/case-1.json.ack')).toMatchObject({ accepted: 1500 })
  })

  it('give back what could not be stored', async () => {
    const one = rig()
    one.lay('out/case-1.json', '{"no":1}')
    const source = one.source('a')
    await (await source.next())!.release()
    expect(treesOf(await drain(source))).toEqual([{ no: 1 }])
  })
})

describe('an answer to what the hub laid out', () => {
  it('is given with the delivery that it is about, and put away without an answer to it', async () => {
    const one = rig()
    one.lay(`in/${laid}`, '{}')
    one.lay(`in/${laid}.ack`, '{"code":"0"}', false)
    const source = one.source('a')
    const find = (await source.next())!
    expect(find.message).toBe('answer')
    expect(await readAll(find)).toMatchObject([{ tree: { code: '0' }, about: ids }])
    expect(one.names('in')).toEqual(['done', 'failed', laid, `${laid}.done`, 'taken'].toSorted())
    expect(one.names('in/done')).toEqual([`${laid}.ack`])
    expect(await drain(source)).toEqual([])
  })

  it('that is half-written is read once it is whole', async () => {
    const one = rig()
    one.lay(`in/${laid}.ack`, '{"code":', false)
    const source = one.source('a')
    const find = (await source.next())!
    await expect(readAll(find)).rejects.toMatchObject({ code: 'HUB_FILE_CHANGED' })
    await find.release()
    const taken = one.names('in/taken')[0]!
    writeFileSync(join(one.root, 'in/taken', taken), '{"code":"0"}')
    one.now += 10_000
    expect(treesOf(await drain(source))).toEqual([{ code: '0' }])
  })

  it('that stays unreadable is put to the failed ones', async () => {
    const one = rig()
    one.lay(`in/${laid}.ack`, '{"code":', false)
    const source = one.source('a')
    const find = (await source.next())!
    await expect(readAll(find)).rejects.toMatchObject({ code: 'HUB_FILE_CHANGED' })
    await find.release()
    one.now += 61_000
    await drain(source)
    expect(one.names('in/failed')).toEqual([`${laid}.ack`])
  })

  it('that says nothing about the case is put away unread', async () => {
    const one = rig()
    one.lay(`in/${laid}.ack`, '{"code":', false)
    const files: FilesSpec = { ...layout, out: { ...layout.out!, answers: ['clue'] } }
    expect(await drain(one.source('a', { files }))).toEqual([])
    expect(one.names('in/done')).toEqual([`${laid}.ack`])
  })

  it('to a delivery of nobody is not touched', async () => {
    const one = rig()
    one.lay('in/strange.json.ack', '{}', false)
    expect(await drain(one.source('a'))).toEqual([])
    expect(one.notices).toEqual(['refused strange.json.ack'])
  })
})

it('does not start with a name of a message that there is none of', () => {
  const files: FilesSpec = { ...layout, in: { folder: 'out', names: [{ like: '*', message: 'letter' }] } }
  expect(() => rig().source('a', { files })).toThrow(expect.objectContaining({ code: 'HUB_START_CONNECTOR' }))
})

it('reads fifty thousand rows out of a zip piece by piece', async () => {
  const one = rig()
  const rows = Array.from({ length: 50_000 }, (_, n) => `${n},虚甲一`)
  const zipped = zipSync({ 'rows.csv': Buffer.from(`no,xm\n${rows.join('\n')}\n`) })
  one.lay('out/case-1.zip', zipped)
  const files: FilesSpec = { ...layout, in: { folder: 'out', names: [{ like: 'case-*.zip', message: 'case' }] } }
  const find = (await one.source('a', { files, format: { format: 'csv', wrapped: ['zip'] } }).next())!
  const sizes: number[] = []
  for await (const chunk of find.items()) {
    sizes.push(chunk.length)
    await find.settled(judged(chunk))
  }
  await find.end()
  expect(Math.max(...sizes)).toBeLessThanOrEqual(500)
  expect(one.json('out/case-1.zip.ack')).toMatchObject({ result: 'done', items: 50_000, accepted: 50_000 })
}, 60_000)

it('says that the folder is away, and goes on when it is back', async () => {
  const one = rig()
  const source = one.source('a')
  renameSync(join(one.root, 'out'), join(one.root, 'gone'))
  await expect(source.next()).rejects.toMatchObject({ code: 'HUB_SOURCE_UNREACHABLE', facts: { cause: 'ENOENT' } })
  renameSync(join(one.root, 'gone'), join(one.root, 'out'))
  one.lay('out/case-1.json', '{"no":1}')
  expect(treesOf(await drain(source))).toEqual([{ no: 1 }])
  rmSync(join(one.root, 'out'), { recursive: true })
  await expect(source.next()).rejects.toMatchObject({ code: 'HUB_SOURCE_UNREACHABLE' })
})
