// frain-dev/convoy #1525: webhooks in order, asked for and never given. Here: per case the events arrive in order, each under one
// id, while the receiver fails at random and the hub is restarted; cases do not wait for each other.
import { expect, it, vi } from 'vitest'
import { seeded } from '../chaos/drill/random.ts'
import { caseId, firstArrivals, hookedHub, idsPerEvent, receiver, writeEvents } from '../helpers/hook.ts'

const [cases, events] = [25, 12]

it('row 20: a case arrives in order, whatever fails between', async () => {
  const random = seeded(20)
  const { url, heard } = await receiver(() => (random() < 0.3 ? 500 : 200))
  const hub = await hookedHub({ hook: { url, retry: { firstWaitMs: 20, maxWaitMs: 100 } } })
  const write = await writeEvents(hub)
  const one = Array.from({ length: cases }, (_, n) => caseId(n + 1))
  for (let sequence = 1; sequence <= events / 2; sequence += 1) await write(one.map(id => ({ caseId: id, sequence })))
  await hub.restart()
  for (let sequence = events / 2 + 1; sequence <= events; sequence += 1)
    await write(one.map(id => ({ caseId: id, sequence })))
  const all = Array.from({ length: events }, (_, i) => i + 1)
  await vi.waitFor(() => expect([...firstArrivals(heard).values()].flat()).toHaveLength(cases * events), {
    timeout: 45_000,
    interval: 100,
  })
  for (const id of one) expect(firstArrivals(heard).get(id)).toEqual(all)
  expect(idsPerEvent(heard)).toEqual({ events: cases * events, ids: cases * events, pairs: cases * events })
  expect(heard.filter(({ status }) => status !== 200).length).toBeGreaterThan(50)
})
