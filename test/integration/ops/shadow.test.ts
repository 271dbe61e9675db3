import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openKafka } from '#gateway/kafka/open.ts'
import { registryTopic, topicSpecs } from '#gateway/kafka/topics.ts'
import { type Entry, keyOf } from '#gateway/mappings/entry.ts'
import { fileKeyManager } from '#gateway/security/key-manager.ts'
import { sealBytes } from '#gateway/security/sealing.ts'
import { shadowCommand } from '#ops/cli/commands/shadow.ts'
import { readEnvironment } from '#ops/cli/environment.ts'
import { sharedBroker } from '../../helpers/broker.ts'

const root = new URL('../../..', import.meta.url).pathname
const prefix = `shadow-${randomUUID().slice(0, 8)}.`
const inForce = readFileSync(join(root, 'mappings/labour-arbitration/case.inbound.yaml'), 'utf8')
const dataDir = folder()
const system = 'labour-arbitration'

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'shadow-'))
}

/** Six messages as receive would have stored them: one state twice that no table knows. */
beforeAll(async () => {
  const kafka = openKafka({ brokers: sharedBroker().brokers.split(','), clientId: 'test' })
  const admin = await kafka.admin()
  await admin.ensureTopics(topicSpecs({ prefix, systems: [system], subscribers: [], brokers: 1 }))
  const keys = fileKeyManager(join(dataDir, 'keys'))
  const producer = await kafka.producer()
  const day = new Date().toISOString().slice(0, 10)
  const states = ['申请', '受理', '搁置', '搁置', '结案', '申请']
  await producer.send(
    states.map((status, n) => ({
      topic: `${prefix}in.${system}`,
      key: `k${n}`,
      value: sealBytes(
        Buffer.from(JSON.stringify({ ...about, case_no: `浙杭西湖劳人仲案〔2026〕${n + 1}号`, status })),
        keys.intakeKey(day),
      ),
      headers: {
        ce_id: `m${n}`,
        ce_time: new Date().toISOString(),
        hub_message: n === 5 ? 'answer' : 'case',
        hub_hash: 'h',
      },
    })),
  )
  await kafka.close()
  return () => rmSync(dataDir, { recursive: true })
}, 60_000)

const about = {
  cause: '追索劳动报酬',
  applicant_arr: [{ name: '虚甲一', sex: '男', phone: '0571-00000001' }],
}

/** A table under its next version. */
function raised(file: string): string {
  return readFileSync(join(root, file), 'utf8').replace(/^version: (\d+)/m, (_line, n) => `version: ${Number(n) + 1}`)
}

function changed(edit: (text: string) => string, name = 'case.inbound.yaml'): string {
  const dir = folder()
  onTestFinished(() => rmSync(dir, { recursive: true }))
  writeFileSync(join(dir, name), edit(inForce))
  return join(dir, name)
}

async function shadow(...args: string[]) {
  const printed: string[] = []
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation(text => printed.push(String(text)) > 0)
  const environment = readEnvironment({
    KAFKA_BROKERS: sharedBroker().brokers,
    HUB_TOPIC_PREFIX: prefix,
    HUB_DATA_DIR: dataDir,
  })
  try {
    const code = await shadowCommand.run(environment, args)
    return { code, text: printed.join('') }
  } finally {
    spy.mockRestore()
  }
}

describe('a shadow run over recorded traffic', () => {
  it('finds nothing where only the version is another', async () => {
    const { code, text } = await shadow(changed(text => text.replace('version: 1', 'version: 2')))
    expect(text).toContain('labour-arbitration/case@1 → labour-arbitration/case@2\n')
    expect(text).toContain('5 messages compared, 5 the same, 0 differ')
    expect(code).toBe(0)
  })

  it('shows codes, and of personal fields only that they differ', async () => {
    const file = changed(text =>
      text
        .replace(
          /proceeding\.status: \{ path: \/status, table: status, default: UNKNOWN \}/,
          'proceeding.status: { const: ACCEPTED }',
        )
        .replace('name: { path: /name, text: fold }', "name: { concat: ['某', /name] }"),
    )
    const { code, text } = await shadow(file, '--json', '--system', system, '--since', '1h')
    expect(code).toBe(1)
    const report = JSON.parse(text)
    expect(report).toMatchObject({ messages: 5, same: 0, unreadable: 0, more: false })
    const byPath = Object.fromEntries(report.differences.map((one: { path: string }) => [one.path, one]))
    expect(byPath['proceeding.status'].values).toContainEqual({ before: 'UNKNOWN', after: 'ACCEPTED', messages: 2 })
    expect(byPath['flaws UNKNOWN_CODE /status']).toMatchObject({
      goes: 2,
      messages: 2,
      examples: expect.arrayContaining(['m2', 'm3']),
    })
    expect(byPath['parties[].name']).toMatchObject({ messages: 5, changed: 5, values: [] })
    expect(text).not.toMatch(/虚甲一|0571-/)
    const lines = (await shadow(file)).text
    expect(lines).toMatch(/^ {5}5 {2}parties\[\]\.name {2}changed 变化 5$/m)
    expect(lines).not.toMatch(/虚甲一|0571-/)
  })

  it('shows what a changed table alone would do', async () => {
    const table = raised('mappings/labour-arbitration/status.table.yaml')
    const dir = folder()
    onTestFinished(() => rmSync(dir, { recursive: true }))
    writeFileSync(join(dir, 'status.table.yaml'), `${table.trimEnd()}\n  - { from: 搁置, to: SUSPENDED }\n`)
    const own = join(root, 'mappings/labour-arbitration/case.inbound.yaml')
    const { code, text } = await shadow(own, '--table', join(dir, 'status.table.yaml'))
    expect(code).toBe(1)
    expect(text).toMatch(/^ {5}2 {2}proceeding\.status {2}changed 变化 2\n {10}"UNKNOWN" → "SUSPENDED" {2}×2$/m)
  })

  it('shows first which messages would fail from now on', async () => {
    const file = changed(text => text.replaceAll('/case_no', '/case_nr').replace('version: 1', 'version: 2'))
    const { code, text } = await shadow(file, '--limit', '2')
    expect(code).toBe(1)
    expect(text.split('\n')[1]).toBe('     2  outcome  changed 变化 2')
    expect(text.split('\n')[2]).toBe('          "mapped" → "HUB_MAP_NO_OWN_NUMBER"  ×2')
    expect(text).toContain('there is more: raise --limit or move --since')
  })

  it('says why there is nothing to compare', async () => {
    const file = changed(text => text)
    await expect(shadow(file, '--since', '2100-01-01')).rejects.toMatchObject({ code: 'HUB_CLI_NO_TRAFFIC' })
    await expect(shadow(file, '--system', 'zongzhi')).rejects.toMatchObject({ code: 'HUB_CLI_NO_SYSTEM' })
    await expect(shadow(changed(text => text, 'x.outbound.yaml'))).rejects.toMatchObject({
      code: 'HUB_CLI_SHADOW_FILE',
    })
    await expect(shadow(changed(text => text.replace('message: case', 'message: cases')))).rejects.toMatchObject({
      code: 'HUB_CLI_NO_MESSAGE',
    })
    await expect(shadow(changed(text => text.replace('table: status', 'table: statuss')))).rejects.toMatchObject({
      code: 'HUB_LINT_FAILED',
      message: expect.stringContaining('did you mean "status"'),
    })
    expect((await shadow(file, '--since', 'yesterday')).code).toBe(2)
  })

  it('compares with the version that was put into the running hub, and the tables that came with it', async () => {
    const table = raised('mappings/labour-arbitration/status.table.yaml')
    const entry: Entry = {
      connector: 'labour-arbitration',
      message: 'case',
      direction: 'inbound',
      version: 3,
      text: inForce.replace('version: 1', 'version: 3'),
      tables: { status: `${table.trimEnd()}\n  - { from: 搁置, to: SUSPENDED }\n` },
      by: 'operator',
      at: '2026-03-02T00:00:00.000Z',
    }
    const kafka = openKafka({ brokers: sharedBroker().brokers.split(','), clientId: 'test' })
    const producer = await kafka.producer()
    await producer.send([
      { topic: registryTopic(prefix), key: keyOf(entry), value: Buffer.from(JSON.stringify(entry)) },
    ])
    await kafka.close()
    const same = await shadow(changed(text => text.replace('version: 1', 'version: 4')))
    expect(same.text).toContain('labour-arbitration/case@3 → labour-arbitration/case@4\n')
    expect(same.text).toContain('5 messages compared, 5 the same, 0 differ')
    const file = changed(text =>
      text
        .replace('version: 1', 'version: 4')
        .replace('table: status, default: UNKNOWN', 'const: ACCEPTED')
        .replace('{ path: /status, const', '{ const'),
    )
    expect((await shadow(file)).text).toMatch(/^ {10}"SUSPENDED" → "ACCEPTED" {2}×2$/m)
  })

  it('counts what it has no key for', async () => {
    const elsewhere = folder()
    onTestFinished(() => rmSync(elsewhere, { recursive: true }))
    const environment = readEnvironment({
      KAFKA_BROKERS: sharedBroker().brokers,
      HUB_TOPIC_PREFIX: prefix,
      HUB_DATA_DIR: elsewhere,
    })
    await expect(shadowCommand.run(environment, [changed(text => text)])).rejects.toMatchObject({
      code: 'HUB_CLI_NO_TRAFFIC',
      facts: { unreadable: 5 },
    })
  })
})
