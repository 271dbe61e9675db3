// Departments that each lack one behaviour: the report names it, and what was seen of it, and nothing of what was said.
import { expect, test } from 'vitest'
import type { Report } from '#gateway/certify/types.ts'
import { begin, certify, certifyAgain, look, oddSimulator, post } from '../../helpers/certification.ts'
import { type TestHub, testHub } from '../../helpers/hub.ts'
import { bent, forgetful, mute } from './bent.ts'

const unsigned = 'labour-arbitration'
const silent = 'court-odr'
const doubling = 'peoples-mediation'
const talking = 'petition-xinfang'

async function brokenHub(): Promise<TestHub> {
  const addresses: Record<string, string> = { [silent]: await mute() }
  let hub: TestHub | undefined
  // The simulators' addresses are known only while the hub is being put together.
  const late = (system: string) => hub!.simulators.get(system)!.url
  addresses[doubling] = await bent(() => late(doubling), { request: forgetful('tsid', 'ywlsh') })
  addresses[talking] = await bent(() => late(talking), { answer: () => '{"error":"ORA-00942"}' })
  hub = await testHub({
    config: demo => ({
      ...demo,
      systems: demo.systems.map(one => ({ ...one, url: addresses[one.id] ?? one.url! })),
    }),
  })
  return hub
}

const findingsOf = (report: Report): Record<string, string> =>
  Object.fromEntries(report.exchanges.map(one => [one.id, one.finding?.code ?? one.state]))

async function unsignedReport(hub: TestHub): Promise<Report> {
  const odd = await oddSimulator(hub, unsigned, 'wrong-key')
  const send = () => odd.send('case', { case_no: '浙杭西湖劳人仲案〔2026〕900号', status: '申请' })
  const ids = ['first', 'again', 'update', 'stale', 'malformed', 'corrected']
  const report = await certify(hub, {
    system: unsigned,
    withinSeconds: 10,
    acts: Object.fromEntries(ids.map(id => [id, send])),
  })
  await odd.close()
  return report
}

test('names what each department lacks, keeps the report, and runs one exchange again', async () => {
  const hub = await brokenHub()
  const [notSigned, mutely, doubled, talked] = await Promise.all([
    unsignedReport(hub),
    certify(hub, { system: silent, withinSeconds: 20 }),
    certify(hub, { system: doubling, withinSeconds: 15 }),
    certify(hub, { system: talking, withinSeconds: 12 }),
  ])
  expect(findingsOf(notSigned)).toMatchObject({
    first: 'NOT_SIGNED',
    again: 'skipped',
    update: 'skipped',
    'wrong-key': 'passed',
    corrected: 'NOT_SIGNED',
    clock: 'NOT_SIGNED',
    'hand-over': 'passed',
  })
  expect(findingsOf(mutely)).toMatchObject({ first: 'passed', 'hand-over': 'NO_ANSWER', 'own-number': 'skipped' })
  expect(findingsOf(doubled)).toMatchObject({
    'hand-over': 'passed',
    'own-number': 'passed',
    'second-copy': 'SECOND_RECORD',
  })
  expect(findingsOf(talked)).toMatchObject({
    first: 'passed',
    'hand-over': 'UNREADABLE_ANSWER',
    refusal: 'UNREADABLE_ANSWER',
  })
  for (const report of [notSigned, mutely, doubled, talked]) expect(report.state).toBe('failed')

  const seen = notSigned.exchanges[0]!.seen.map(one => `${one.status} ${one.code}`)
  expect(new Set(seen)).toEqual(new Set(['401 HUB_SECURITY_ACCESS_KEY']))

  await rerun(hub, notSigned)
  await showsNothingSaid(hub, doubled)
  await hub.restart()
  const kept = (await (await look(hub, talked.id)).json()) as Report
  expect(findingsOf(kept)).toEqual(findingsOf(talked))
}, 300_000)

async function rerun(hub: TestHub, { id }: Report): Promise<void> {
  // A number that its own counter gives to nothing: the one of the sample has meanwhile gone to what was handed over.
  const anew = { case_no: '浙杭西湖劳人仲案〔2026〕901号', status: '申请', apply_at: '2026-03-18' }
  const first = () => hub.simulators.get(unsigned)!.send('case', anew)
  const mended = await certifyAgain(hub, { system: unsigned, acts: { first } }, id, 'first')
  expect(findingsOf(mended)).toMatchObject({ first: 'passed', corrected: 'NOT_SIGNED' })
  expect(await (await post(hub, `${id}/exchanges/none`)).json()).toMatchObject({ code: 'HUB_CERTIFY_UNKNOWN' })
}

async function showsNothingSaid(hub: TestHub, { id, exchanges }: Report): Promise<void> {
  const page = await look(hub, id, 'text/html,application/xhtml+xml')
  const html = await page.text()
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  for (const one of exchanges.filter(each => each.finding))
    for (const words of [one.finding!.missing, one.finding!.mend])
      expect(html).toContain(words.en.replaceAll('"', '&quot;'))
  // Names and numbers of the samples that were sent.
  const said = `${html}${JSON.stringify(await (await look(hub, id)).json())}`
  for (const value of ['虚乙二', '虚丙三', 'RT330106202604050012', '0571-0000', '33019919'])
    expect(said).not.toContain(value)
  expect(html).not.toMatch(/<script|https?:\/\//)
}

test('is begun by an operator, in a sandbox, once at a time, and can be stopped', async () => {
  const hub = await testHub()
  expect((await fetch(`${hub.url}/admin/certifications`, { method: 'POST' })).status).toBe(401)
  expect(await (await begin(hub, { system: 'nobody' })).json()).toMatchObject({ code: 'HUB_HTTP_UNKNOWN_SYSTEM' })
  expect(await (await begin(hub, { system: 7 })).json()).toMatchObject({ code: 'HUB_CERTIFY_ORDER' })
  expect((await look(hub, '00000000-0000-4000-8000-000000000000')).status).toBe(404)
  const begun = (await (await begin(hub, { system: 'zongzhi' })).json()) as Report
  expect(begun).toMatchObject({ state: 'running', system: 'zongzhi', connector: 'governance-platforms' })
  expect(await (await begin(hub, { system: 'zongzhi' })).json()).toMatchObject({
    code: 'HUB_CERTIFY_RUNNING',
    en: expect.stringContaining(begun.id),
  })
  const stopped = (await (await post(hub, `${begun.id}/stop`)).json()) as Report
  expect(stopped).toMatchObject({ state: 'stopped', passed: 0, failed: 0, next: null })
  expect(new Set(stopped.exchanges.map(one => one.state))).toEqual(new Set(['skipped']))
}, 120_000)
