// Fills topics before a run: sealed as the front door stores messages, or plain.
import { Client } from 'undici'
import { openKafka } from '#gateway/index.ts'
import { HubError } from '#schemas/errors.ts'
import type { Setting } from './setting.ts'
import { signer, type Traffic } from './traffic.ts'

const aRequest = 200
const together = 2000

/** Through the front door, many messages a request: what lies in the topic is what the hub itself wrote. */
export async function fillByDoor(traffic: Traffic, url: string, messages: number): Promise<void> {
  const sign = signer(traffic)
  const client = new Client(url, { pipelining: 1 })
  for (let n = 1; n <= messages; n += aRequest) {
    const { path, headers } = sign(String(n))
    const texts = Array.from({ length: Math.min(aRequest, messages - n + 1) }, (_, i) => traffic.textOf(n + i))
    const answer = await client.request({ method: 'POST', path, headers, body: `[${texts.join(',')}]` })
    await answer.body.dump()
    if (answer.statusCode >= 300)
      throw new HubError('HUB_CLI_BENCH', { process: 'fill', what: `was answered ${answer.statusCode}` })
  }
  await client.close()
}

export async function fillPlain(setting: Setting, topic: string, messages: number): Promise<void> {
  const kafka = openKafka({ brokers: [(await setting.brokers()).address], clientId: 'bench-fill' })
  const producer = await kafka.producer()
  for (let n = 1; n <= messages; n += together) {
    const numbers = Array.from({ length: Math.min(together, messages - n + 1) }, (_, i) => n + i)
    await producer.send(
      numbers.map(one => ({
        topic,
        key: String(one),
        value: Buffer.from(setting.traffic.textOf(one)),
        headers: { ce_id: String(one) },
      })),
    )
  }
  await kafka.close()
}
