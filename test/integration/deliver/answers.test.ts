// What a native receiver answers, or fails to, comes back into the case: by look-up after a cut, as a return after a refusal.
import { expect, it, vi } from 'vitest'
import { loadSchemas } from '#gateway/loader/schemas.ts'
import { root } from '../../helpers/hub.ts'
import { eventsOf, numberOf, order, type Passed, resultsOf, ring, soon, wired } from './story.ts'

const town = 'zongzhi'
const { caseRecord } = loadSchemas(root)

it('sends no second copy after a cut connection: it looks up what the receiver holds', async () => {
  const { hub, wire, log } = await wired(town)
  const isDispatch = (one: Pick<Passed, 'path'>) => one.path.includes('add.json')
  // From the dispatch on, so that it is taken in and even the first question about it finds nobody.
  let dispatches = 0
  wire.before(one => {
    if (isDispatch(one) && ++dispatches === 1) hub.simulators.get(town)!.behave({ mode: 'cut' })
  })
  await ring(hub, order(1))
  await vi.waitFor(() => expect(eventsOf(hub)).toHaveLength(1), soon)
  await vi.waitFor(async () => expect((await log.attempts(town)).map(one => one.outcome)).toContain('unknown'), soon)
  await vi.waitFor(() => expect(wire.passed.filter(one => one.status === undefined).length).toBeGreaterThan(1), soon)
  hub.simulators.get(town)!.behave({ mode: 'normal' })
  const tried = await log.done(town, 1)
  expect(eventsOf(hub).map(one => one.event.sourceNo)).toEqual([numberOf(1)])
  expect(wire.passed.filter(isDispatch)).toHaveLength(1)
  expect(tried.find(one => one.outcome === 'unknown')?.code).toBe('HUB_DELIVER_CUT')
  // What the look-up found is the receiver's answer: its new serial stands in the case.
  await vi.waitFor(() => expect(resultsOf(hub)).toEqual([1]), soon)
})

it('shows a refusal as a returned hand-over of the case, and no longer takes the receiver for one that knows it', async () => {
  const { hub, log } = await wired(town)
  hub.simulators.get(town)!.behave({ mode: 'refuse' })
  await ring(hub, order(1))
  const events = async () => (await log.all('case-events')).map(one => caseRecord.decode(one.value!))
  await vi.waitFor(async () => {
    const own = (await events()).filter(one => one.envelope.system === town)
    expect(own.map(one => one.proceeding.status)).toContain('RETURNED')
  }, soon)
  const refused = (await events()).find(one => one.proceeding.system === town)!
  expect(new Set((await events()).map(one => one.case.caseId)).size).toBe(1)
  expect(refused.proceeding.numbers.map(one => one.family)).toEqual(['hand-over'])
  expect((await log.attempts(town)).map(one => one.outcome)).toContain('refused')
  expect(eventsOf(hub)).toEqual([])

  // Dispatched once more: the receiver is told anew, as one who has no record of it.
  hub.simulators.get(town)!.behave({ mode: 'normal' })
  const before = (await log.all(`out.${town}`)).length
  await ring(hub, order(1, '重新派单'))
  await vi.waitFor(async () => expect((await log.all(`out.${town}`)).length).toBeGreaterThan(before), soon)
  const decisions = (await log.all(`out.${town}`)).map(one => JSON.parse(one.headers.hub_decision!))
  expect(decisions.map(one => one.known)).not.toContain(true)
  await vi.waitFor(() => expect(eventsOf(hub)).toHaveLength(1), soon)
})
