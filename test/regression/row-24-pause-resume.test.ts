// allegro/hermes #766: some 1,900 messages missing after pause and resume under flow. Here: a system is paused and resumed eight
// times while 500 events a second are written; each arrives, in the order of its case, under one id.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { caseId, firstArrivals, hookedHub, idsPerEvent, operate, receiver, writeEvents } from '../helpers/hook.ts'

const [perSecond, seconds, cases] = [500, 8, 100]

it('row 24: nothing is missing after pause and resume at 500 events a second', async () => {
  const { url, heard } = await receiver(() => 200)
  const hub = await hookedHub({ hook: { url } })
  const write = await writeEvents(hub)
  const total = perSecond * seconds
  let isOver = false
  const pauser = (async () => {
    let pauses = 0
    for (; !isOver; pauses += 1) {
      await sleep(500)
      expect((await operate(hub, 'systems/labour-arbitration/pause')).status).toBe(200)
      await sleep(500)
      expect((await operate(hub, 'systems/labour-arbitration/resume')).status).toBe(200)
    }
    return pauses
  })()
  const began = Date.now()
  for (let n = 0; n < total; n += 50) {
    await sleep(Math.max(0, began + (n / perSecond) * 1000 - Date.now()))
    const batch = Array.from({ length: 50 }, (_, i) => n + i)
    await write(batch.map(i => ({ caseId: caseId(1 + (i % cases)), sequence: 1 + Math.floor(i / cases) })))
  }
  isOver = true
  const pauses = await pauser
  await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(total), { timeout: 45_000, interval: 100 })
  const arrived = firstArrivals(heard)
  const all = Array.from({ length: total / cases }, (_, i) => i + 1)
  for (let n = 1; n <= cases; n += 1) expect(arrived.get(caseId(n))).toEqual(all)
  expect(idsPerEvent(heard)).toEqual({ events: total, ids: total, pairs: total })
  expect(pauses).toBeGreaterThanOrEqual(5)
  process.stdout.write(
    `${total} events in ${Date.now() - began} ms, ${pauses} pauses, ${heard.length - total} repeats\n`,
  )
})
