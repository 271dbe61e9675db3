import iconv from 'iconv-lite'
import { expect, it } from 'vitest'
import type { HttpAnswer, Json } from '#connectors/sdk.ts'
import { connectorDirs, demoConfig, demoCredentials } from '#gateway/index.ts'
import type { HubConfig } from '#schemas/files.ts'
import { root, type TestHub, testHub } from '../../helpers/hub.ts'
import { type Desk, openDesk } from './desk.ts'
import { bytesOf, type ConnectorTable, type Expected, nativeOf, type Row, readTable } from './table.ts'
import { type Watch, watch } from './watch.ts'

const table = readTable()
const demo = demoConfig(connectorDirs(root))

it('names every bad input for every connector in the table, or says why it cannot occur', () => {
  const kinds = connectorDirs(root).map(dir => dir.split('/').at(-1)!)
  expect(kinds).toEqual(expect.arrayContaining(Object.keys(table.connectors)))
  // A new system edits no existing file: its rows are a wish here, said aloud, and no failure.
  for (const kind of kinds) if (!(kind in table.connectors)) process.stdout.write(`no bad-input rows yet: ${kind}\n`)
  for (const [connector, { rows }] of Object.entries(table.connectors))
    expect(Object.keys(rows).toSorted(), connector).toEqual(Object.keys(table.cases).toSorted())
})

it.each(Object.entries(table.connectors))(
  '%s: each bad input becomes what the table says',
  async (connector, one) => {
    const hub = await testHub({ config: config => withSecondSystems(config, one) })
    const seen = await watch(hub)
    const desks = new Map<string, Desk>()
    for (const system of [one.system, ...secondSystems(one)])
      desks.set(system, await openDesk(system, connector, () => hub.url))
    const became: Record<string, Expected> = {}
    const expected: Record<string, Expected> = {}
    let n = 0
    for (const [name, row] of Object.entries(one.rows)) {
      n += 1
      if ('notApplicable' in row) {
        expect(row.notApplicable.length).toBeGreaterThan(10)
        continue
      }
      const native = nativeOf(connector, one, row, n)
      const { put: _put, also: _also, ...said } = row
      expected[name] = row.receipt ? { flaws: [], alarm: [], event: {}, personal: {}, ...said } : said
      became[name] = await sendRow({ hub, seen, desks, one, row, native })
    }
    expect(became).toEqual(expected)
    expect(JSON.stringify(Object.values(became).map(row => row.http))).not.toMatch(/5\d\d/)
  },
  180_000,
)

interface Sending {
  readonly hub: TestHub
  readonly seen: Watch
  readonly desks: ReadonlyMap<string, Desk>
  readonly one: ConnectorTable
  readonly row: Row
  readonly native: Json
}

async function sendRow({ seen, desks, one, row, native }: Sending): Promise<Expected> {
  const bytes = bytesOf(row, text => iconv.encode(text, 'gbk'))
  const before = await seen.alarms()
  const [answer, other] = await Promise.all(
    [one.system, ...(row.also ? [row.also] : [])].map(system => desks.get(system)!.send(one.message, native, bytes)),
  )
  const messageId = answer!.headers['hub-message-id']!
  if (messageId === '-') return { http: answer!.status, problem: problemOf(answer!, row) }
  const receipt = await seen.receipt(messageId)
  const event = receipt.events[0] === undefined ? undefined : await seen.event(receipt.events[0])
  const after = await seen.alarms()
  const flaws = (list: readonly { pointer: string; rule: string }[]) => list.map(f => `${f.pointer} ${f.rule}`).sort()
  expect(flaws(event?.record.envelope.flaws ?? [])).toEqual(flaws(receipt.flaws))
  return {
    http: answer!.status,
    receipt: receipt.status,
    flaws: flaws(receipt.flaws),
    alarm: [...after.keys()].filter(name => after.get(name) !== before.get(name)),
    event: fieldsOf(event?.record, row.event),
    personal: fieldsOf(event?.personal, row.personal),
    ...(other ? { second: await secondOf(seen, other, receipt.caseId) } : {}),
  }
}

async function secondOf(seen: Watch, answer: HttpAnswer, caseId: string | null): Promise<Expected['second']> {
  const receipt = await seen.receipt(answer.headers['hub-message-id']!)
  return { receipt: receipt.status, case: receipt.caseId === caseId ? 'same' : 'other' }
}

/** Of the answer, in whichever shape, as much as the row names; both languages must be there. */
function problemOf(answer: HttpAnswer, row: Row): NonNullable<Expected['problem']> {
  const text = answer.body.toString()
  const problem = find(JSON.parse(text) as Json, one => /^HUB_/.test(String(one.code)) && 'pointer' in one)
  const flat = problem ?? (JSON.parse(text) as Record<string, Json>)
  expect(text).toMatch(/\p{Script=Han}/u)
  expect(String(flat.en ?? flat.msgEn ?? flat.messageEn)).toMatch(/message [a-z-]+ /)
  expect(text).not.toContain('虚')
  const said = [flat.code, flat.pointer, flat.rule].map(word =>
    word === undefined || word === null ? '' : String(word),
  )
  return said.slice(0, row.problem?.length) as unknown as NonNullable<Expected['problem']>
}

function find(tree: Json, fits: (one: Record<string, Json>) => boolean): Record<string, Json> | undefined {
  if (typeof tree !== 'object' || tree === null) return undefined
  if (!Array.isArray(tree) && fits(tree)) return tree
  for (const child of Object.values(tree)) {
    const found = find(child, fits)
    if (found) return found
  }
  return undefined
}

function fieldsOf(from: unknown, asked: Readonly<Record<string, Json>> = {}): Record<string, Json> {
  return Object.fromEntries(
    Object.keys(asked).map(path => {
      let node = from
      for (const name of path.split('.')) node = (node as Record<string, unknown> | null | undefined)?.[name]
      return [path, (node ?? null) as Json]
    }),
  )
}

function secondSystems({ rows }: ConnectorTable): string[] {
  return Object.values(rows).flatMap(row => ('also' in row && row.also ? [row.also] : []))
}

/** Systems that only send: a table names them where the demo has but one of the kind. */
function withSecondSystems(config: HubConfig, one: ConnectorTable): HubConfig {
  const like = config.systems.find(system => system.id === one.system)!
  const more = secondSystems(one).filter(id => !demo.systems.some(system => system.id === id))
  const made = more.map(id => ({
    ...like,
    id,
    inbound: { ...like.inbound!, credentials: demoCredentials(id).inbound },
  }))
  return { ...config, systems: [...config.systems, ...made] }
}
