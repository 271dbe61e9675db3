// Orders about lanes as they come in over HTTP.
import Fastify from 'fastify'
import { expect, it } from 'vitest'
import type { Control } from '#gateway/control.ts'
import { laneRoutes } from '#gateway/deliver/lane-routes.ts'
import type { OutRecord } from '#gateway/kafka/port.ts'
import { isHubError } from '#schemas/errors.ts'
import type { Subscription } from '#schemas/files.ts'
import { subscription } from '../route/sketch.ts'
import { FakeKafka } from './fake-kafka.ts'
import { caseId } from './rig.ts'

const pulled: Subscription = { ...subscription('pulled', 'COORDINATE'), door: { kind: 'pull' } }
const pushed: Subscription = { ...subscription('pushed', 'COORDINATE'), door: { kind: 'native' } }

async function rig() {
  const kafka = new FakeKafka()
  const sent: OutRecord[] = []
  const paused: string[] = []
  const app = Fastify()
  app.setErrorHandler((error, _request, reply) =>
    isHubError(error) ? reply.code(error.entry.status!).send({ code: error.code }) : reply.send(error),
  )
  laneRoutes({
    subscriptions: () => [pulled, pushed],
    systems: new Set(['unit']),
    control: {
      pause: async (_, id) => void paused.push(id),
      resume: async (_, id) => void paused.push(id),
      isPaused: () => true,
    } as Control,
    producer: {
      send: async records => {
        sent.push(...records)
        return records.map(record => kafka.append(record))
      },
      close: async () => undefined,
    },
    reader: kafka.reader(),
    topic: 'lanes',
    shards: 1,
    operatorKey: 'key',
    now: () => new Date(0),
  })(app)
  const lane = { state: 'dead', since: 1, head: 'd-1', waiting: 1, code: null }
  kafka.append({ topic: 'lanes', key: `pushed/${caseId(1)}`, value: Buffer.from(JSON.stringify(lane)) })
  const post = async (url: string) => {
    const answer = await app.inject({
      method: 'POST',
      url: `/admin/${url}`,
      headers: { authorization: 'Bearer key' },
      payload: { reason: 'mended' },
    })
    return { status: answer.statusCode, body: answer.json() }
  }
  return { post, sent, paused }
}

it('about a subscription that is pulled are refused: nobody would obey them', async () => {
  const { post, sent, paused } = await rig()
  for (const what of ['lanes/retry', `lanes/${caseId(1)}/retry`, 'pause', 'resume'])
    expect(await post(`subscriptions/pulled/${what}`)).toEqual({ status: 409, body: { code: 'HUB_HTTP_PULLED' } })
  expect([sent, paused]).toEqual([[], []])
  expect((await post('subscriptions/pushed/pause')).status).toBe(200)
})

it('about a case mean the delivery that stood at its head when they were given', async () => {
  const { post } = await rig()
  expect((await post(`subscriptions/pushed/lanes/${caseId(1)}/retry`)).body).toMatchObject({
    ordered: { head: 'd-1', action: 'retry', partition: 0 },
  })
})
