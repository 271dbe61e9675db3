// A hub's front door on a toy connector, with a producer that can wait, fail and tell what it was given.
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import Fastify, { type FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import { type Adapter, type HttpMessage, irsHeaders, type Json } from '#connectors/sdk.ts'
import type { OutRecord, Producer } from '#gateway/kafka/port.ts'
import type { Connector } from '#gateway/loader/connector.ts'
import { Intake, type IntakeDeps } from '#gateway/receive/intake.ts'
import { followRoutes } from '#gateway/receive/route.ts'
import { type ReceiveDeps, receiveRoutes } from '#gateway/receive/routes.ts'
import { createAuthenticator } from '#gateway/security/authenticate.ts'
import { openBytes, randomKey } from '#gateway/security/sealing.ts'
import { HubError } from '#schemas/errors.ts'
import type { InboundMessage, SystemConfig } from '#schemas/files.ts'
import { createIdentifiers, readFamilies } from '#schemas/identifiers/index.ts'

export const at = Date.parse('2026-03-02T01:14:07Z')
const families = new URL('../../schemas/identifiers/families.yaml', import.meta.url)
const identifiers = createIdentifiers(readFamilies(readFileSync(families, 'utf8')))
const key = randomKey()

export const opened = (record: OutRecord): string => openBytes(record.value!, () => key).toString()

const contract = {
  type: 'object',
  required: ['no'],
  properties: { no: { type: ['string', 'number'], pattern: '\\S' }, steps: { type: 'array' } },
}

export interface KitOptions {
  readonly message?: Partial<InboundMessage>
  readonly adapter?: Adapter
  readonly deps?: Partial<ReceiveDeps>
  readonly intake?: Partial<IntakeDeps>
}

export interface Kit {
  readonly app: FastifyInstance
  /** All records, in order, of all sends. */
  readonly records: OutRecord[]
  readonly sends: number[]
  readonly logs: object[]
  readonly counted: string[]
  readonly invalid: Set<string>
  /** What the producer does next; it confirms at once when left alone. */
  broker: () => Promise<void>
  post(body: string | Buffer | Json, options?: PostOptions): Promise<Answer>
}

export interface PostOptions {
  readonly path?: string
  readonly headers?: Record<string, string>
  /** Leave the signature out. */
  readonly unsigned?: boolean
}

export interface Answer {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  readonly json: any
}

const system: SystemConfig = {
  id: 'toy',
  connector: 'toy',
  area: '330106',
  prefecture: '3301',
  inbound: { scheme: 'irs-hmac', credentials: { accessKey: 'ak', secret: 'sk' } },
}
const formSystem: SystemConfig = {
  ...system,
  id: 'desk',
  inbound: { scheme: 'static-token', header: 'x-token', credentials: { token: 'desk-token' } },
}

export function kit({ message, adapter = {}, deps = {}, intake: more = {} }: KitOptions = {}): Kit {
  const one: InboundMessage = { contract: 'c', format: 'json', numbers: ['/no', '/local'], ...message }
  const connector = {
    manifest: { id: 'toy', messages: { case: one, answer: { ...one, answer: true } } },
    contracts: new Map([['case', new Ajv2020({ strict: false }).compile(contract)]]),
    inbound: new Map([['case', { compiled: { spec: { own: [{ path: '/local', family: 'hotline-county' }] } } }]]),
    adapter,
  } as unknown as Connector
  const connectors = new Map([['toy', connector]])
  const made: Omit<Kit, 'app' | 'post'> = {
    records: [],
    sends: [],
    logs: [],
    counted: [],
    invalid: new Set(),
    broker: () => Promise.resolve(),
  }
  const producer: Producer = {
    async send(records) {
      made.sends.push(records.length)
      await made.broker()
      made.records.push(...records)
      return records.map(({ topic }) => ({ topic, partition: 0, offset: 0n }))
    },
    close: () => Promise.resolve(),
  }
  const log = (facts: object, text: string) => void made.logs.push({ ...facts, text })
  const app = Fastify()
  onTestFinished(() => app.close())
  const routes = followRoutes({
    systems: [system, formSystem],
    connectors: () => connectors,
    identifiers,
    inTopic: id => `in.${id}`,
  })
  const intake = new Intake({
    producer,
    intakeKey: day => ({ id: `day:${day}`, key }),
    endedInVain: id => made.invalid.has(id),
    now: () => new Date(at),
    ...more,
  })
  app.register(
    receiveRoutes({
      routes,
      intake,
      authenticator: createAuthenticator([system, formSystem], () => at),
      dryRun: () => ({ events: [] }),
      received: (id, status) => void made.counted.push(`${id} ${status}`),
      log: { error: log },
      ...deps,
    }),
  )
  let nonce = 0
  const post: Kit['post'] = async (body, { path = '/in/toy/case', headers = {}, unsigned = false } = {}) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    nonce += 1
    const [plain, query = ''] = path.split('?')
    const fields = { ...Object.fromEntries(new URLSearchParams(query)), nonce: String(nonce) }
    const call: Pick<HttpMessage, 'method' | 'path' | 'query'> = { method: 'POST', path: plain!, query: fields }
    const signed = unsigned ? {} : irsHeaders({ accessKey: 'ak', secret: 'sk' }, call, new Date(at))
    const answer = await app.inject({
      method: 'POST',
      url: `${plain}?${new URLSearchParams(fields)}`,
      headers: { 'content-type': 'application/json', ...signed, ...headers },
      payload: bytes,
    })
    const parsed = /json/.test(String(answer.headers['content-type'])) ? answer.json() : undefined
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, json: parsed }
  }
  return Object.assign(made, { app, post }) as Kit
}

export const unreachable = (): HubError =>
  new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'produce', cause: 'timeout' })
