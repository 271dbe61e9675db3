import { randomInt } from 'node:crypto'
import { basename, extname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type HttpAnswer, irsPost, type Json } from '#connectors/sdk.ts'
import { demoCredentials, loadConnectors, openKafka } from '#gateway/index.ts'
import type { Connector } from '#gateway/loader/connector.ts'
import { messageOfFile } from '#gateway/loader/contract-samples.ts'
import { contextOf, readSample, validSamples } from '#gateway/loader/golden.ts'
import { ownBroker } from '../../helpers/broker.ts'
import { root, settled, type TestHub, testHub } from '../../helpers/hub.ts'
import { type Canary, hideCanaries, randomHan } from './canaries.ts'
import { filesOf, needlesOf, search } from './search.ts'

const song = randomHan(4)

interface Sent extends Canary {
  readonly system: string
  readonly sample: string
}

it('finds a text in every form that it looks for', () => {
  const needles = needlesOf('虚龘12')
  const places = needles.map(
    ({ form, bytes }) => [form, Buffer.concat([Buffer.from('ab'), bytes, Buffer.from('c')])] as const,
  )
  for (const [form, bytes] of places) expect(search([[form, bytes]], needles), form).not.toEqual([])
  const whole = Buffer.from(`{"a":"虚龘12"}`)
  for (const shift of [0, 1, 2]) {
    const written = Buffer.from(Buffer.concat([Buffer.alloc(shift, 'x'), whole]).toString('base64'))
    expect(search([['base64', written]], needles)).not.toEqual([])
  }
})

it('no personal text is found outside the seals, and each is found where its purpose may see it', async () => {
  const broker = await ownBroker()
  const heard = listenToConsole()
  const hub = await testHub({ brokers: broker.brokers, logLevel: 'trace' })
  const answers: HttpAnswer[] = []
  const sent = await sendAll(hub, answers)
  await refuseSome(hub, answers)
  await settled(() => [...hub.simulators.values()].map(one => one.store()), 3000, 90_000)
  answers.push(...(await askAll(hub, answers)))

  const needles = [...new Set([song, ...sent.map(one => one.text).filter(text => !text.includes(song))])].flatMap(
    needlesOf,
  )
  // Each place for itself, so that one run shows all that leak.
  const nowhere = (places: Parameters<typeof search>[0]) => expect.soft(search(places, needles)).toEqual([])
  nowhere([['console', Buffer.from(heard.join(''))]])
  nowhere(
    answers.map(({ headers, body }, i) => [`answer ${i}`, Buffer.concat([Buffer.from(JSON.stringify(headers)), body])]),
  )
  nowhere(await keysAndHeaders(hub))
  // The hub's own log and index files, and every segment of the broker.
  nowhere(filesOf(hub.settings.dataDir))
  // What it answers to files, beside the systems' own.
  const acks = [...filesOf(hub.exchangeDir)].filter(([place]) => /\/out\/[^/]+\.ack$/.test(place))
  expect(acks.length).toBeGreaterThan(5)
  nowhere(acks)
  nowhere(filesOf(broker.dataDir))

  // What is open does stand there as it is: the search looks at the right bytes.
  const open = needlesOf('HZSDH20260012345')
  expect(search(filesOf(broker.dataDir), open).some(place => /case-events/.test(place))).toBe(true)
  expect(search(filesOf(join(hub.settings.dataDir, 'index')), open)).not.toEqual([])
  expectAtReceivers(hub, sent)
}, 300_000)

/** At one signature a second, all samples of all connectors would take minutes: some of each kind, over their whole range. */
function some(files: readonly string[], most = 12): readonly string[] {
  const step = Math.max(1, files.length / most)
  return files.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step))
}

/** Valid samples that a system may send, each personal text a canary; its own store then holds all of them. */
async function sendAll(hub: TestHub, answers: HttpAnswer[]): Promise<Sent[]> {
  const sent: Sent[] = []
  // Beyond the telephone numbers of the samples, and room for all that follow.
  let count = 1000 + randomInt(5000)
  const connectors = await loadConnectors(root)
  for (const [kind, connector] of connectors) {
    const { id, inbound } = hub.settings.config.systems.find(one => one.connector === kind)!
    const simulator = hub.simulators.get(id)!
    for (const file of some(validSamples(connector))) {
      const message = messageOfFile(connector, file)
      if (connector.manifest.messages[message]!.answer) continue
      const { native, canaries } = birdOf(connector, message, file, () => ++count)
      const answer = await sendSigned(() => simulator.send(message, native), answers)
      expect(answer.status, `${id} ${basename(file)}`).toBeLessThan(300)
      const store = JSON.stringify(simulator.store())
      const mine = canaries.map(one => ({ ...one, system: id, sample: basename(file) }))
      const lost = mine.filter(one => !store.includes(one.text))
      // A callback speaks about a case of ours: its sender keeps none of it.
      if (message !== 'callback') expect(lost, `${id} ${basename(file)}`).toEqual([])
      sent.push(...mine)
      if (inbound?.scheme === 'irs-hmac') await nextSecond()
    }
  }
  return sent
}

/** The system's own callbacks go on meanwhile; one of the same second bears the same signature, and only the first is let in. */
async function sendSigned(send: () => Promise<HttpAnswer>, answers: HttpAnswer[]): Promise<HttpAnswer> {
  for (let left = 20; ; left--) {
    const answer = await send()
    answers.push(answer)
    if (answer.status !== 401 || left === 0) return answer
    await nextSecond()
  }
}

function birdOf(connector: Connector, message: string, file: string, next: () => number) {
  const native = readSample(connector, file) as Json
  const mapping = connector.inbound.get(message)!.compiled
  return hideCanaries(native, mapping, contextOf(connector, basename(file, extname(file))), song, next)
}

/** Messages that are refused must not be told of either. */
async function refuseSome(hub: TestHub, answers: HttpAnswer[]): Promise<void> {
  const bad: [string, string, string][] = [
    ['zongzhi', 'application/x-www-form-urlencoded', `bizContent={"subject":"${song}`],
    ['zongzhi', 'application/x-www-form-urlencoded', `bizContent={"serialNumber":{"${song}":1}}`],
    ['zongzhi', 'application/x-www-form-urlencoded', `bizContent={"serialNumber":"1","subject":"${song}机密★"}`],
    ['zongzhi', 'application/x-www-form-urlencoded', `bizContent={"serialNumber":" ","subject":"${song}"}`],
    ['zongzhi', 'application/xml', `<a>${song}</a>`],
    ['nobody', 'application/json', `{"xm":"${song}"}`],
  ]
  for (const [system, type, body] of bad) {
    const headers = { 'content-type': type, auth: `demo-token-${system}`, 'idempotency-key': 'key-1' }
    const message = system === 'zongzhi' ? 'event' : song
    const answer = await fetch(`${hub.url}/in/${system}/${message}`, { method: 'POST', headers, body })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    answers.push(await kept(answer))
  }
  await refuseXml(hub, answers)
}

/** Of a document that is none, its parser would quote what it did not like. */
async function refuseXml(hub: TestHub, answers: HttpAnswer[]): Promise<void> {
  const system = 'court-online'
  const sender = { system, credentials: demoCredentials(system), now: () => new Date() }
  for (const text of [`<${song}>`, `<a>&${song};</a>`, `<a ${song}="1" ${song}="2"/>`, `<a>${song}</b>`]) {
    const { method, path, headers, body } = irsPost(sender, 'case', 'application/xml', Buffer.from(text))
    const answer = await fetch(hub.url + path, { method, headers, body: new Uint8Array(body) })
    expect(answer.status, text).toBe(400)
    answers.push(await kept(answer))
    await nextSecond()
  }
}

/** One signature a second: the scheme signs no body. */
const nextSecond = () => new Promise(done => setTimeout(done, 1001))

/** What the hub says to whoever asks: receipts, health, metrics. */
async function askAll(hub: TestHub, answers: readonly HttpAnswer[]): Promise<HttpAnswer[]> {
  const ids = answers.flatMap(one => (one.headers['hub-message-id'] ?? '').split(', ')).filter(id => id.length === 36)
  const paths = [
    ...ids.map(id => `/receipts/${id}`),
    '/metrics',
    '/health/ready',
    '/health/live',
    `/receipts/${ids[0]}x`,
  ]
  const headers = { authorization: 'Bearer operator-key' }
  return Promise.all(paths.map(async path => kept(await fetch(hub.url + path, { headers }))))
}

async function kept(answer: Response): Promise<HttpAnswer> {
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: Buffer.from(await answer.arrayBuffer()),
  }
}

async function keysAndHeaders({ settings }: TestHub): Promise<[string, Buffer][]> {
  const kafka = openKafka({ brokers: [...settings.brokers], clientId: 'keys' })
  onTestFinished(() => kafka.close())
  const admin = await kafka.admin()
  const reader = await kafka.reader()
  const found: [string, Buffer][] = []
  for (const { name, partitions } of await admin.topics(settings.prefix)) {
    for (let partition = 0; partition < partitions; partition++) {
      let from: bigint | 'start' = 'start'
      for (let caughtUp = false; !caughtUp; ) {
        const page = await reader.page(name, partition, from, { waitMs: 1 })
        for (const one of page.records) found.push([`${name} key`, Buffer.from(JSON.stringify([one.key, one.headers]))])
        caughtUp = page.next >= page.end
        from = page.next
      }
    }
  }
  expect(found.length).toBeGreaterThan(100)
  return found
}

/** The coordination system may see S2 of every open case, S3 masked, S4 not at all (domain.md 9.12). */
function expectAtReceivers(hub: TestHub, sent: readonly Sent[]): void {
  const coordination = hub.settings.config.subscriptions.find(one => one.purpose === 'COORDINATE')!
  const store = JSON.stringify(hub.simulators.get(coordination.system)!.store())
  const others = sent.filter(one => one.system !== coordination.system)
  const seen = others.filter(one => store.includes(one.text))
  expect(seen.filter(one => one.sensitivity !== 'S2')).toEqual([])
  expect(fieldsOf(seen)).toEqual(expect.arrayContaining(['/parties/name', '/parties/phone', '/personal/title']))
  expect(seen.length).toBeGreaterThan(300)
  expect(fieldsOf(sent)).toEqual(expect.arrayContaining(texts))
}

const fieldsOf = (list: readonly Sent[]) => [...new Set(list.map(one => one.target.replaceAll(/\/\d+/g, '')))]

/** Every text field of the sealed part that an inbound mapping fills from a text: none of them may go untried. */
const ofParties = 'address certNo education employer household legalRep name nation occupation personKind phone'
const ofPersonal =
  'content files/name opinion persons/name persons/phone place remark requests result returnReason summary title'
const texts = [
  ...ofParties.split(' ').map(name => `/parties/${name}`),
  ...ofPersonal.split(' ').map(name => `/personal/${name}`),
]

function listenToConsole(): string[] {
  const heard: string[] = []
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write
    stream.write = ((...call: Parameters<typeof write>) => {
      heard.push(String(call[0]))
      return write.apply(stream, call)
    }) as typeof write
    onTestFinished(() => {
      stream.write = write
    })
  }
  return heard
}
