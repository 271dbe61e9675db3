// The sequence of a certification: causes are named, consequences skipped, and one exchange can be run again.
import { expect, onTestFinished, test, vi } from 'vitest'
import { Desk } from '#gateway/certify/desk.ts'
import { reportPage } from '#gateway/certify/page.ts'
import { Run } from '#gateway/certify/run.ts'
import type { Report } from '#gateway/certify/types.ts'
import type { Exchange, Script } from '#schemas/exchanges.ts'
import { event, item, type Sketch, sketch } from './sketch.ts'

const words = { zh: '步骤', en: 'step' }
const exchange = (id: string, expect: Exchange['expect'], who: Exchange['who'] = 'system'): Exchange => ({
  id,
  who,
  title: { zh: '标题', en: `<b>${id}</b>` },
  do: words,
  expect,
})
const script: Script = {
  version: 2,
  exchanges: [
    exchange('first', { kind: 'taken', message: 'case' }),
    exchange('again', { kind: 'repeat', of: 'first' }),
    exchange('charset', { kind: 'charset' }),
    exchange('hand-over', { kind: 'delivered', message: 'notice', cases: ['x'] }, 'hub'),
  ],
}

function runOf(one: Sketch, withinSeconds = 1): { run: Run; kept: Report[] } {
  const kept: Report[] = []
  const changed = (report: Report) => void kept.push(report)
  const log = { error: () => undefined }
  return { run: new Run({ id: 'run-1', stand: one.stand, script, withinSeconds, changed, log }), kept }
}

/** Timers wait for nobody, and each wait takes its time on the sketch's clock. */
function quick(one: Sketch): void {
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((done: () => void, ms = 0) => {
    one.now += ms
    queueMicrotask(done)
    return 0
  }) as never)
  onTestFinished(() => void vi.restoreAllMocks())
}

const states = (report: Report) => report.exchanges.map(one => `${one.state} ${one.finding?.code ?? ''}`.trim())

test('what builds on a failed exchange is skipped with the reason, what does not goes on', async () => {
  const one = sketch()
  quick(one)
  const { run, kept } = runOf(one)
  await run.go()
  const report = run.report()
  expect(states(report)).toEqual(['failed NO_CALL', 'skipped', 'failed NO_CHINESE', 'failed NO_SUBSCRIPTION'])
  expect(report).toMatchObject({ state: 'failed', passed: 0, failed: 3, skipped: 1, next: null })
  expect(report.exchanges[1]!.skipped!.en).toBe('it builds on first, which did not pass')
  expect(kept.at(-1)).toEqual(report)
  expect(kept.some(each => each.next === 'first' && each.exchanges[0]!.until !== null)).toBe(true)
})

test('one exchange can be run again and changes only its own result', async () => {
  const one = sketch()
  quick(one)
  const { run } = runOf(one)
  await run.go()
  const again = run.go('first')
  one.hear({ items: [item()] })
  one.events.push(event())
  await again
  expect(states(run.report())).toEqual(['passed', 'skipped', 'failed NO_CHINESE', 'failed NO_SUBSCRIPTION'])
})

test('a stopped run skips what is left and says so', async () => {
  const one = sketch()
  quick(one)
  const { run } = runOf(one, 3600)
  const going = run.go()
  run.stop()
  await going
  expect(run.report().state).toBe('stopped')
  expect(new Set(states(run.report()))).toEqual(new Set(['skipped']))
})

test('the page shows every finding, escapes what the script says, and asks for itself again only while it runs', async () => {
  const one = sketch()
  quick(one)
  const { run } = runOf(one)
  const running = reportPage(run.report())
  await run.go()
  const page = reportPage(run.report())
  expect(page).toContain('&lt;b&gt;first&lt;/b&gt;')
  expect(page).not.toContain('<b>first</b>')
  for (const code of ['NO_CALL', 'NO_CHINESE', 'NO_SUBSCRIPTION']) expect(page).toContain(`<code>${code}</code>`)
  expect([running, page].map(text => text.includes('http-equiv="refresh"'))).toEqual([true, false])
})

test('a hub that is no sandbox makes no cases', async () => {
  const desk = new Desk({
    sandbox: false,
    open: () => Promise.reject(new TypeError('opened')),
    archive: { keep: () => Promise.resolve(), find: () => Promise.resolve(undefined) },
    log: { warn: () => undefined, error: () => undefined },
  })
  await expect(desk.begin('toy')).rejects.toMatchObject({ code: 'HUB_CERTIFY_NO_SANDBOX' })
  await expect(desk.report('none')).rejects.toMatchObject({ code: 'HUB_CERTIFY_UNKNOWN' })
})
