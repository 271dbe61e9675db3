// One file a delivery: whole or not there, the same name for the same delivery, and looked for where nobody knows.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Entry, entryOf } from '#gateway/deliver/entry.ts'
import { fileDoor } from '#gateway/deliver/file-door.ts'
import { createViewer } from '#gateway/deliver/visible.ts'
import { aboutOf } from '#gateway/transports/file-drop/names.ts'
import type { OutboundFormat } from '#schemas/files.ts'
import type { FilesSpec, WayConfig } from '#schemas/transport.ts'
import { caseCodec, caseRecordSchema, machine, sealedPartSchema } from '../../../helpers/records.ts'
import { sftpServer } from '../../../helpers/sftp-server.ts'
import { subscription, system, table } from '../route/sketch.ts'
import { FakeKafka } from './fake-kafka.ts'
import { publish, toyConnector } from './rig.ts'

const now = new Date('2026-07-06T01:00:00Z')
const template = '{message}_{case}_{event}_{delivery}.json'

function entry(more: Partial<Entry> = {}): Entry {
  const kafka = new FakeKafka()
  publish(kafka, [{}])
  return Object.assign(entryOf(kafka.log('out.unit')[0]!), more)
}

function exchange(): { root: string; names: (folder?: string) => string[] } {
  const root = mkdtempSync(join(tmpdir(), 'exchange-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'in'))
  return { root, names: (folder = 'in') => readdirSync(join(root, folder)).sort() }
}

function door(
  way: WayConfig | undefined,
  out: Partial<FilesSpec['out']> = {},
  map: (input: never) => unknown = () => ({ a: 1 }),
  format: OutboundFormat = {},
) {
  const files: FilesSpec = { out: { folder: 'in', name: template, ...out } }
  const transport = { inbound: ['file-drop'], outbound: ['file-drop'], schemes: [], repeats: 'ignored', files } as const
  const connector = toyConnector({}, { transport, outbound: [{ message: 'say', when: {}, ...format }] }, map)
  const one = fileDoor({
    subscription: subscription('unit', 'COORDINATE'),
    system: system('unit', way ? { ways: { 'file-drop': way } } : {}),
    connector,
    inForce: () => connector,
    machine,
    decode: bytes => caseCodec.decode(bytes),
    openPersonal: async () => null,
    viewer: createViewer({ open: caseRecordSchema, sealed: sealedPartSchema }, table, () => now),
    now: () => now,
  })
  onTestFinished(() => one.close?.())
  return one
}

const local = (root: string): WayConfig => ({ url: pathToFileURL(root).href })
const nameOf = ({ caseId, eventId, deliveryId }: Entry) => `say_${caseId}_${eventId}_${deliveryId}.json`

describe('the file door', () => {
  it('lays one file out with its mark, under a name that tells its delivery', async () => {
    const { root, names } = exchange()
    const one = entry()
    expect(await door(local(root)).attempt(one, 1)).toEqual({ kind: 'delivered' })
    expect(names()).toEqual([nameOf(one), `${nameOf(one)}.done`])
    expect(readFileSync(join(root, 'in', nameOf(one)), 'utf8')).toBe('{"a":1}')
    const { caseId, eventId, deliveryId } = one
    expect(aboutOf(template, nameOf(one))).toEqual({ message: 'say', caseId, eventId, deliveryId })
  })

  it('writes the formats that the manifest names, and no mark where none is agreed', async () => {
    const { root, names } = exchange()
    const one = entry()
    for (const format of [{ format: 'xml', xml: { item: '/a' } }, { format: 'csv' }] as const) {
      const out = { name: template.replace('json', format.format), done: false }
      await door(local(root), out, () => ({ a: 1 }), format).attempt(one, 1)
    }
    const [csv, xml] = names().map(name => readFileSync(join(root, 'in', name), 'utf8'))
    expect(xml).toContain('<a>1</a>')
    expect(csv).toMatch(/a\r?\n1/)
    expect(names()).toHaveLength(2)
  })

  it('does nothing the second time', async () => {
    const { root, names } = exchange()
    const one = entry()
    const said = door(local(root))
    await said.attempt(one, 1)
    const before = readFileSync(join(root, 'in', nameOf(one)), 'utf8')
    const changed = door(local(root), {}, () => ({ a: 2 }))
    expect(await changed.attempt(one, 2)).toEqual({ kind: 'delivered' })
    expect(readFileSync(join(root, 'in', nameOf(one)), 'utf8')).toBe(before)
    expect(names()).toHaveLength(2)
  })

  it.each([
    ['taken by the receiver', (name: string) => `in/done/${name}`],
    ['answered', (name: string) => `in/${name}.ack`],
    ['answered, and the answer is in the hands of another process', (name: string) => `in/taken/b~1~${name}.ack`],
    ['answered, and the answer is put away', (name: string) => `in/done/${name}.ack`],
  ])('does not lay out again what was %s before this process died', async (_, place) => {
    const { root } = exchange()
    for (const folder of ['done', 'taken']) mkdirSync(join(root, 'in', folder))
    const one = entry({ doubtful: true })
    writeFileSync(join(root, place(nameOf(one))), '{}')
    expect(await door(local(root)).attempt(one, 1)).toEqual({ kind: 'delivered' })
    expect(existsSync(join(root, 'in', nameOf(one)))).toBe(false)
  })

  it('finishes what another life left without its mark', async () => {
    const { root, names } = exchange()
    const one = entry({ doubtful: true })
    writeFileSync(join(root, 'in', nameOf(one)), '{"a":1}')
    expect(await door(local(root)).attempt(one, 1)).toEqual({ kind: 'delivered' })
    expect(names()).toEqual([nameOf(one), `${nameOf(one)}.done`])
  })

  it('waits for a folder that is away and for an address that is missing, and counts no attempt', async () => {
    const { root } = exchange()
    renameSync(join(root, 'in'), join(root, 'gone'))
    const away = { kind: 'retry', code: 'HUB_FOLDER_FAILED', unreached: true }
    expect(await door(local(root)).attempt(entry(), 1)).toEqual(away)
    expect(await door(local(root)).attempt(entry({ doubtful: true }), 1)).toEqual(away)
    expect(await door(undefined).attempt(entry(), 1)).toEqual({ kind: 'retry', code: 'NO_ADDRESS', unreached: true })
  })

  it('leaves nothing behind on a full disk', async () => {
    const { root, names } = exchange()
    const server = await sftpServer(root)
    server.fault = operation => (operation === 'write' ? 'fail' : undefined)
    expect(await door(server.way).attempt(entry(), 1)).toEqual({
      kind: 'retry',
      code: 'HUB_FOLDER_FAILED',
      unreached: true,
    })
    expect(names()).toEqual([])
  })

  it('does not know what came of a connection cut while renaming, and looks before it writes again', async () => {
    const { root, names } = exchange()
    const server = await sftpServer(root)
    server.fault = (operation, path) => (operation === 'rename' && path.endsWith('.json') ? 'cut' : undefined)
    const one = entry()
    const said = door(server.way)
    expect(await said.attempt(one, 1)).toEqual({ kind: 'unknown', code: 'HUB_FOLDER_CUT' })
    expect(names()).toEqual([nameOf(one)])
    mkdirSync(join(root, 'in/done'))
    renameSync(join(root, 'in', nameOf(one)), join(root, 'in/done', nameOf(one)))
    server.fault = () => undefined
    expect(await said.attempt(Object.assign(one, { doubtful: true }), 2)).toEqual({ kind: 'delivered' })
    expect(names()).toEqual(['done'])
  })

  it('says broken what cannot be said, and skips what no rule says', async () => {
    const { root } = exchange()
    const broken = door(local(root), {}, () => {
      throw new TypeError('no')
    })
    expect(await broken.attempt(entry(), 1)).toMatchObject({ kind: 'broken' })
  })
})
