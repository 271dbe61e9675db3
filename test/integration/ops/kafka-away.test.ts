// KAFKA_BROKERS names a cluster that is not there yet: the start waits for it in words, and gives up in words.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import { awaitBrokers } from '#ops/bootstrap/existing-kafka.ts'
import { ownBroker } from '../../helpers/broker.ts'
import { hubChild } from '../../helpers/hub-child.ts'

test('a hub that is started before its Kafka says that it waits, and is ready soon after Kafka is', async () => {
  const broker = await ownBroker({ heapMb: 384 })
  broker.current.kill()
  await broker.current.exited
  const dataDir = mkdtempSync(join(tmpdir(), 'hub-away-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const [port] = await freePorts(1)
  const child = hubChild({
    KAFKA_BROKERS: broker.brokers,
    HUB_DATA_DIR: dataDir,
    HUB_HTTP_PORT: String(port),
    HUB_DEMO: 'off',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', text => (said += text))
  await vi.waitFor(() => expect(said).toContain('does not answer; waiting for it'), { timeout: 30_000 })
  expect(child.exitCode).toBeNull()
  await broker.restart()
  await vi.waitFor(() => expect(said).toContain('the hub is ready'), { timeout: 60_000, interval: 100 })
  const ended = new Promise(done => child.once('exit', done))
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
}, 180_000)

test('a start that has waited long enough names the brokers and what to do', async () => {
  const [port] = await freePorts(1)
  const waiting = vi.fn()
  const waited = awaitBrokers([`127.0.0.1:${port}`], { withinMs: 3000, waiting })
  await expect(waited).rejects.toMatchObject({ code: 'HUB_START_KAFKA_AWAY', facts: { brokers: `127.0.0.1:${port}` } })
  expect(waiting).toHaveBeenCalledTimes(1)
})
