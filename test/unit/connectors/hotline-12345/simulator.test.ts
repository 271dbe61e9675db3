import { expect, test } from 'vitest'
import { adapter } from '#connectors/hotline-12345/adapter.ts'
import { startSimulator } from '#connectors/hotline-12345/simulator.ts'
import type { Json, OutboundCall } from '#connectors/sdk.ts'
import { credentials, send, stageOf } from '../support.ts'

const order = { sxfjbh: 'HZSDH20260012345', xfjbh: 'XH2026030200087', ldzt: '已派单' }
const row = { blid: 'd-1', sxfjbh: 'HZSDH20260012345', xfjclzt: '受理', blsj: '2026-03-03 10:05:00' }

function callOf(native: Json, deliveryId = 'd-1', token = credentials.outbound.token): OutboundCall {
  const fixed = { system: 'hotline-12345', message: 'feedback', attempt: 1, now: new Date(0) }
  return { ...fixed, native, deliveryId, credentials: { token } }
}

async function open() {
  const stage = await stageOf(startSimulator, 'hotline-12345')
  const { url } = stage.simulator
  return {
    ...stage,
    deliver: async (call: OutboundCall) => adapter.outcome!(await send(url, adapter.request!(call)), call),
    lookUp: async (call: OutboundCall) => adapter.lookUp!.outcome(await send(url, adapter.lookUp!.request(call)), call),
    tickets: () => (stage.simulator.store() as { tickets: Record<string, { ldzt: string; results: Json[] }> }).tickets,
  }
}

test('pushes a ticket as a form field with its token, and keeps it', async () => {
  const { simulator, received, tickets } = await open()
  await simulator.send('order', order)
  const fields = new URLSearchParams(received[0]!.body)
  expect(received[0]!.path).toBe('/in/hotline-12345/order')
  expect(fields.get('httpRequestVerify')).toBe('in-token')
  expect(JSON.parse(fields.get('jsonData')!)).toEqual([order])
  expect(tickets().HZSDH20260012345!.ldzt).toBe('已派单')
})

test('takes a result row in once; the second is a conflict, and the look-up finds it', async () => {
  const { simulator, deliver, lookUp, tickets } = await open()
  await simulator.send('order', order)
  expect(await lookUp(callOf(row))).toBeUndefined()
  expect(await deliver(callOf(row))).toEqual({ kind: 'delivered' })
  expect(await deliver(callOf({ ...row, xfjclzt: '办结' }))).toEqual({ kind: 'conflict' })
  expect(await lookUp(callOf(row))).toEqual({ kind: 'delivered' })
  expect(tickets().HZSDH20260012345!.results).toEqual([{ ...row, sjjhzt: '20' }])
})

test('a ticket whose mediation failed stays open as 转程序', async () => {
  const { simulator, deliver, tickets } = await open()
  await simulator.send('order', order)
  await deliver(callOf({ ...row, xfjclzt: '转程序', blfs: '反馈' }))
  expect(tickets().HZSDH20260012345!.ldzt).toBe('转程序')
})

test('finds a ticket by its county number too', async () => {
  const { simulator, deliver } = await open()
  await simulator.send('order', order)
  const { sxfjbh: _, ...rest } = row
  expect(await deliver(callOf({ ...rest, xfjbh: 'XH2026030200087' }))).toEqual({ kind: 'delivered' })
})

test('refuses an unknown ticket, a row without a state, and everything in mode refuse', async () => {
  const { simulator, deliver } = await open()
  expect(await deliver(callOf(row))).toEqual({ kind: 'refused', code: 'UNKNOWN_NUMBER' })
  await simulator.send('order', order)
  expect(await deliver(callOf({ ...row, xfjclzt: '' }))).toEqual({ kind: 'refused', code: 'MISSING_XFJCLZT' })
  simulator.behave({ mode: 'refuse' })
  expect(await deliver(callOf(row))).toEqual({ kind: 'refused', code: 'BUSINESS' })
})

test('refuses a wrong token in its own words and takes nothing in', async () => {
  const { simulator, deliver, tickets } = await open()
  await simulator.send('order', order)
  expect(await deliver(callOf(row, 'd-1', 'guess'))).toEqual({ kind: 'retry', code: 'TOKEN' })
  expect(tickets().HZSDH20260012345!.results).toEqual([])
})

test('cut takes the row in, so that the look-up answers after the lost answer', async () => {
  const { simulator, deliver, lookUp } = await open()
  await simulator.send('order', order)
  simulator.behave({ mode: 'cut' })
  await expect(deliver(callOf(row))).rejects.toThrow()
  simulator.behave({ mode: 'normal' })
  expect(await lookUp(callOf(row))).toEqual({ kind: 'delivered' })
})

test('reexport sends the ticket back with its own number and a new time', async () => {
  const { simulator, deliver, received } = await open()
  await simulator.send('order', order)
  simulator.behave({ mode: 'reexport' })
  await deliver(callOf(row))
  await expect.poll(() => received.length).toBe(2)
  const [again] = JSON.parse(new URLSearchParams(received[1]!.body).get('jsonData')!) as Record<string, string>[]
  expect(again).toEqual({ ...order, storeid: 're-1772415900000' })
})
