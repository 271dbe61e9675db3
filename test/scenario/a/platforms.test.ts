// The three platforms that scenario A leaves empty, both ways: an event of their own reaches the coordination system, and
// a ticket whose category is theirs reaches them and no other, and comes back to the call centre with their serial.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Json } from '#connectors/sdk.ts'
import { root } from '../../helpers/hub.ts'
import { openStage, type Stage } from './story.ts'

const platforms = [
  { system: 'shichang', word: '消费-预付卡', number: 'HZSDH20260090001', serial: '3301061092026050600021' },
  { system: 'zhifa', word: '城市管理-占道经营', number: 'HZSDH20260090002', serial: '3301061092026050700022' },
  { system: 'bianmin', word: '劳动和社会保障-社会保险', number: 'HZSDH20260090003', serial: '3301061092026050800023' },
] as const

it('proves the platforms for market, law enforcement and services both ways', { timeout: 180_000 }, async () => {
  const stage = await openStage()
  const { hub, quiet } = stage
  for (const { system, serial } of platforms) {
    await hub.send(system, 'event', `samples/valid/${system}.json`)
    await quiet(2500)
    expect([system, tellers(stage, serial)]).toEqual([system, [system]])
  }
  for (const { system, word, number } of platforms) {
    await hub.simulators.get('hotline-12345')!.send('order', ticket(word, number))
    await quiet(2500)
    expect([system, holders(stage, number)]).toEqual([system, [system]])
    const { [number]: kept } = at(stage, 'hotline-12345').tickets as Record<string, { results: Json[] }>
    const { event } = Object.values(events(stage, system)).find(one => one.event.sourceNo === number)!
    expect(event.sourceType).toBe('12345')
    expect(JSON.stringify(kept!.results)).toContain(`基层治理平台：已登记（${event.serialNumber}）`)
  }
})

/** Systems whose event it is, as the coordination system was told. */
function tellers(stage: Stage, serial: string): string[] {
  const matters = Object.values(at(stage, 'mt-coordination').matters as Record<string, { lzdw: Unit[] }>)
  return matters.flatMap(one => one.lzdw.filter(unit => unit.ajbh === serial)).map(unit => unit.xtbs)
}

/** Platforms with an event made from this ticket, one entry an event. */
function holders(stage: Stage, number: string): string[] {
  return ['zongzhi', 'shichang', 'zhifa', 'bianmin'].flatMap(system =>
    Object.values(events(stage, system))
      .filter(one => one.event.sourceNo === number)
      .map(() => system),
  )
}

interface Unit {
  readonly ajbh?: string
  readonly xtbs: string
}

function events(stage: Stage, system: string): Record<string, { event: Record<string, string> }> {
  return at(stage, system).events as Record<string, { event: Record<string, string> }>
}

function at(stage: Stage, system: string): Record<string, unknown> {
  return stage.stores()[system] as Record<string, unknown>
}

/** The valid sample as another ticket of one person, with a word that leads elsewhere. */
function ticket(nrfl: string, sxfjbh: string): Json {
  const path = join(root, 'connectors', 'hotline-12345', 'samples', 'valid', 'a01-dispatched.json')
  const sample = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Json>
  const xfjbh = `XH20260302${sxfjbh.slice(-5)}`
  return {
    ...sample,
    sxfjbh,
    xfjbh,
    nrfl,
    bt: `${nrfl}投诉`,
    fynr: `来电人反映${nrfl}问题，要求处理。`,
    xfj: { ...(sample.xfj as object), xfjbh, xfrs: '1', sjrs: '1' },
  }
}
