// Before anything breaks: a disk or a process that has too little left takes nothing in, and what is inside flows on and out.
import { expect, it } from 'vitest'
import type { HubConfig } from '#schemas/files.ts'
import { testHub } from '../../helpers/hub.ts'
import { openLog } from '../deliver/story.ts'

const patience = { timeout: 40_000, interval: 200 }

async function strainedHub(limits: { diskFreeMin?: string; memoryMax?: string }) {
  const on = await testHub({ config: (demo): HubConfig => ({ ...demo, limits }) })
  const ready = async () =>
    (await (await fetch(`${on.url}/health/ready`)).json()) as {
      status: string
      intake: { state: string; code: string | null; says: string }
      stages: { stage: string; state: string; reason: { code: string } | null }[]
    }
  const post = () => fetch(`${on.url}/in/zongzhi/event`, { method: 'POST', body: '{}' })
  return { on, ready, post }
}

it('below the disk watermark every door answers 503, sources pause, and all of it goes on when there is room', async () => {
  const limits: { diskFreeMin: string } = { diskFreeMin: '100%' }
  const { on, ready, post } = await strainedHub(limits)
  // A start on a busy machine may hold the event loop up: that is answered 429 until it is over.
  const refusal = async () => {
    const { status, headers } = await post()
    return [status, headers.get('retry-after')]
  }
  await expect.poll(refusal, patience).toEqual([503, '30'])
  // Refusing, it is ready: what is inside flows on, and who pulls is served.
  await expect.poll(async () => (await ready()).status, patience).toBe('ready')
  await expect
    .poll(async () => (await ready()).intake, patience)
    .toMatchObject({ state: 'refusing', code: 'HUB_PRESSURE_DISK' })
  // A pass that had begun is ended first.
  const sources = async () => (await ready()).stages.filter(one => one.stage.startsWith('source.'))
  await expect.poll(async () => new Set((await sources()).map(one => one.state)), patience).toEqual(new Set(['paused']))
  await on.send('procuratorate-12309', 'intake', 'samples/valid/d01-intake-appendix-b.json')
  const dry = await fetch(`${on.url}/in/zongzhi/event?dryRun=true`, { method: 'POST', body: '{}' })
  expect(dry.status).toBe(503)
  const certify = await fetch(`${on.url}/admin/certifications`, {
    method: 'POST',
    headers: { authorization: 'Bearer operator-key', 'content-type': 'application/json' },
    body: JSON.stringify({ system: 'zongzhi' }),
  })
  expect(await certify.json()).toMatchObject({ code: 'HUB_PRESSURE_DISK', status: 503 })
  const metrics = await (await fetch(`${on.url}/metrics`)).text()
  expect(metrics).toMatch(/hub_disk_free_bytes\{where="broker \d+"\} \d+/)
  expect(metrics).toContain('hub_intake_refusing{code="HUB_PRESSURE_DISK"} 1')

  limits.diskFreeMin = '1KiB'
  await expect.poll(async () => (await ready()).intake.state, patience).toBe('open')
  expect(Math.floor((await on.send('zongzhi', 'event', 'samples/valid/a01-accepted.json')).status / 100)).toBe(2)
  // The file that lay there meanwhile is fetched, and was not before.
  const log = await openLog(on)
  const brought = async () => (await log.all('canonical')).map(one => one.headers.ce_source).toSorted()
  await expect
    .poll(brought, patience)
    .toEqual(expect.arrayContaining(['/systems/procuratorate-12309', '/systems/zongzhi']))
})

it('a process that uses more memory than it may answers 429, and is not killed for it', async () => {
  const { ready, post } = await strainedHub({ memoryMax: '1MiB', diskFreeMin: '1KiB' })
  await expect.poll(async () => (await ready()).intake.code, patience).toBe('HUB_PRESSURE_MEMORY')
  const refused = await post()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
})
