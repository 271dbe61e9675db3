// Two processes of one hub: one takes in, the other routes and delivers. Both hold the same set, through kill -9 as well.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { irsHeaders } from '#connectors/sdk.ts'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import { type HubProcess, hubProcess, openPort } from '../../chaos/drill/hub-process.ts'
import { sharedBroker } from '../../helpers/broker.ts'
import { type Receiver, receiver } from '../../helpers/webhook-receiver.ts'
import { openLog, soon } from '../deliver/story.ts'
import { type Admin, admin, created, hook } from './admin.ts'

const system = (id: string) => `  - id: ${id}
    connector: labour-arbitration
    area: '330106'
    prefecture: '3301'
    inbound: { scheme: irs-hmac, credentials: { accessKey: ak-${id}, secret: test-sk } }
`

const config = `allowedNetworks: [127.0.0.1/32]
systems:
${system('labour-arbitration')}${system('sender')}subscriptions:
  - { id: configured, system: labour-arbitration, purpose: COORDINATE, basis: test, door: { kind: pull } }
`

interface Pair {
  readonly one: HubProcess
  readonly two: HubProcess
  readonly callOne: Admin
  readonly place: { settings: { brokers: string[]; prefix: string } }
  /** A message of a case of its own. */
  send(n: number): Promise<void>
}

async function pair(): Promise<Pair> {
  const { brokers, prefix } = sharedBroker()
  const dataDir = mkdtempSync(join(tmpdir(), 'hub-pair-'))
  const [front, back] = (await freePorts(2)) as [number, number]
  const hub = (slot: string, port: number, roles: string) =>
    hubProcess({ brokers, prefix, dataDir, port, roles, slot, config })
  const one = hub('one', front, 'gateway,translate,correlate')
  const two = hub('two', back, 'route,deliver')
  onTestFinished(async () => {
    await Promise.all([one.kill(), two.kill()])
    rmSync(dataDir, { recursive: true, force: true })
  })
  one.start()
  await openPort(front)
  two.start()
  await openPort(back)
  const at = (port: number) => `http://127.0.0.1:${port}`
  return {
    one,
    two,
    callOne: admin(() => at(front), 'drill-operator'),
    place: { settings: { brokers: brokers.split(','), prefix } },
    async send(n) {
      const path = '/in/sender/case'
      const query = { nonce: `${n}-${Math.random()}` }
      const signed = irsHeaders(
        { accessKey: 'ak-sender', secret: 'test-sk' },
        { method: 'POST', path, query },
        new Date(),
      )
      const answer = await fetch(`${at(front)}${path}?nonce=${query.nonce}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...signed },
        body: JSON.stringify({
          case_no: `浙杭西湖劳人仲案〔2026〕${n}号`,
          status: '申请',
          apply_at: '2026-03-02 09:00:00',
        }),
      })
      expect(answer.status).toBe(202)
    },
  }
}

it('reaches the process that routes and delivers, whichever heard of it, and is the same after both were killed', async () => {
  const { one, two, callOne, place, send } = await pair()
  const log = await openLog(place)
  const heardBy = await receiver(() => ({ status: 204 }))
  await created(callOne, hook('made', heardBy.url))
  await send(1)
  await vi.waitFor(() => expect(idsHeard(heardBy).size).toBe(1), soon)

  await Promise.all([one.kill(), two.kill()])
  one.start()
  two.start()
  await vi.waitFor(async () => expect(idsOf(await callOne('GET'))).toEqual(['configured', 'made']), soon)
  await send(2)
  await vi.waitFor(() => expect(idsHeard(heardBy).size).toBe(2), soon)

  // While the one that delivers is away: it has to know at its start.
  await two.kill()
  expect((await callOne('DELETE', '/made')).status).toBe(200)
  await send(3)
  two.start()
  await vi.waitFor(async () => expect(await log.all('out.configured')).toHaveLength(3), soon)
  expect(await log.all('out.made')).toHaveLength(2)
  expect(idsHeard(heardBy).size).toBe(2)
})

/** A delivery that was under way at a kill may come once more. */
const idsHeard = ({ heard }: Receiver) => new Set(heard.map(call => call.id))

const idsOf = ({ body }: { body: Record<string, unknown> }) =>
  (body.subscriptions as { id: string }[]).map(one => one.id)
