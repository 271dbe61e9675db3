// The limit of intake: a Fastify route that does nothing but hand the body to the same batching producer.
import Fastify from 'fastify'
import { openKafka } from '#gateway/index.ts'
import { onAsk, readJob, say } from './job.ts'

const job = readJob<{ readonly brokers: string; readonly port: number; readonly topic: string }>()
const kafka = openKafka({ brokers: [job.brokers], clientId: 'bench-bare-intake' })
const producer = await kafka.producer()
const app = Fastify({ logger: false, forceCloseConnections: true })
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
app.post<{ Querystring: { nonce: string }; Body: Buffer }>('/in/:system/:message', async (request, reply) => {
  await producer.send([{ topic: job.topic, key: request.query.nonce, value: request.body }])
  return reply.code(202).send('{}')
})
await app.listen({ host: '127.0.0.1', port: job.port })
onAsk({})
say('ready', `http://127.0.0.1:${job.port}`)
