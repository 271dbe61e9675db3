// Systems that are down or paused while messages flow: nobody else waits, and nothing is lost, doubled or out of order.
import { expect, it, vi } from 'vitest'
import { settled } from '../../helpers/hub.ts'
import { byCase, eventsOf, type Log, order, type Passed, resultsOf, ring, soon, type Wire, wired } from './story.ts'

const province = 'mt-coordination'
const requestOf = ({ body }: Passed) => (JSON.parse(body) as { requestId: string }).requestId

async function stateOf({ url }: { url: string }): Promise<string | undefined> {
  const { stages } = (await (await fetch(`${url}/health/ready`)).json()) as {
    stages: { stage: string; state: string }[]
  }
  return stages.find(one => one.stage === `deliver.${province}`)?.state
}

/** What was taken in over the wire is what was routed, once each, and each case in its order. */
async function expectAllOnceInOrder(log: Log, wire: Wire, count: number): Promise<void> {
  // What others do with a case goes on for a while: more may be routed after the least that is waited for.
  await log.done(province, count)
  await vi.waitFor(async () => {
    const tried = await log.attempts(province)
    const routed = await log.all(`out.${province}`)
    const skipped = new Set(tried.filter(one => one.outcome === 'skipped').map(one => one.deliveryId))
    const due = routed.map(one => one.headers.hub_delivery!).filter(id => !skipped.has(id))
    const taken = wire.passed.filter(one => one.status === 200).map(requestOf)
    expect(taken.toSorted()).toEqual(due.toSorted())
    expect(byCase(taken, routed)).toEqual(byCase(due, routed))
  }, soon)
}

it('lets one system be down: the others get all at once, it gets all in order when it is back, once each', async () => {
  const { hub, wire, log } = await wired(province)
  hub.simulators.get(province)!.behave({ mode: 'down' })
  const cases = Array.from({ length: 12 }, (_, i) => i + 1)
  for (const n of cases) await ring(hub, order(n))
  await vi.waitFor(() => expect(eventsOf(hub)).toHaveLength(12), soon)
  await vi.waitFor(() => expect(resultsOf(hub).filter(count => count > 0)).toHaveLength(12), soon)
  for (const n of cases) await ring(hub, order(n, '已签收'))
  await vi.waitFor(() => expect(eventsOf(hub).filter(one => one.feedbacks.length > 0)).toHaveLength(12), soon)
  expect(wire.passed.filter(one => one.status !== undefined)).toEqual([])
  // Ten cases that cannot reach it open its circuit: the others wait in the log, not in parking.
  await vi.waitFor(async () => expect(await stateOf(hub)).toBe('open'), soon)

  hub.simulators.get(province)!.behave({ mode: 'normal' })
  await expectAllOnceInOrder(log, wire, 48)
  expect((await log.table('parking')).size).toBe(0)
  expect([...(await log.table('lanes')).keys()]).toEqual([])
  expect((await log.all('dead-letters')).length).toBe(0)
})

it('loses nothing when a system is paused and resumed under flow', async () => {
  const { hub, wire, log } = await wired(province)
  const say = async (verb: string) => {
    const url = `${hub.url}/admin/systems/${province}/${verb}`
    const answer = await fetch(url, { method: 'POST', headers: { authorization: 'Bearer operator-key' } })
    expect(answer.status).toBe(200)
  }
  const flow = (async () => {
    for (let n = 1; n <= 25; n += 1) for (const state of ['已派单', '已签收']) await ring(hub, order(n, state))
  })()
  await vi.waitFor(() => expect(wire.passed.length).toBeGreaterThan(3), soon)
  await say('pause')
  const atPause = await settled(() => wire.passed.length, 700)
  await new Promise(done => setTimeout(done, 1000))
  expect(wire.passed).toHaveLength(atPause)
  await say('resume')
  await vi.waitFor(() => expect(wire.passed.length).toBeGreaterThan(atPause), soon)
  await say('pause')
  await flow
  await say('resume')
  await expectAllOnceInOrder(log, wire, 75)
})
