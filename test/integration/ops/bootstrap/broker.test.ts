// The embedded broker: ready when it says so, data kept, one sentence for what a newcomer can mend.

import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import { countBrokers } from '#ops/bootstrap/broker/probe.ts'
import { lookUpProcess } from '#ops/bootstrap/broker/processes.ts'
import { startBroker } from '#ops/bootstrap/broker/start.ts'
import { ownBroker, ownCluster, sharedBroker } from '../../../helpers/broker.ts'

test('the shared broker answers', async () => {
  const { brokers, prefix } = sharedBroker()
  const [host, port] = brokers.split(':') as [string, string]
  expect(await countBrokers(host, Number(port))).toBe(1)
  expect(prefix).toMatch(/^t[0-9a-f]{8}\.$/)
})

test('a killed broker starts again on the same data, a second hub on that data is refused', async () => {
  const own = await ownBroker()
  const first = own.current.pid
  const [port, controllerPort] = (await freePorts(2)) as [number, number]
  const again = startBroker({ cacheDir: '.cache', dataDir: own.dataDir, port, controllerPort })
  await expect(again).rejects.toMatchObject({ code: 'HUB_START_DATA_IN_USE', facts: { pid: process.pid } })

  own.current.kill()
  expect(await own.current.exited).toEqual({ code: null, signal: 'SIGKILL' })
  await own.restart()
  expect(own.current.pid).not.toBe(first)
  await own.current.stop()
  expect(lookUpProcess(own.current.pid)).toBeUndefined()
})

test('a taken port is refused before anything starts', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const started = startBroker({ cacheDir: '.cache', dataDir: '.cache/never', port })
  await expect(started).rejects.toMatchObject({ code: 'HUB_START_PORT_TAKEN', facts: { port } })
})

test('three brokers form one cluster, and a killed one comes back', async () => {
  const cluster = await ownCluster(3)
  const ports = cluster.brokers.split(',').map(address => Number(address.split(':')[1]))
  for (const port of ports) expect(await countBrokers('127.0.0.1', port)).toBe(3)
  cluster.nodes[0]?.kill()
  await cluster.nodes[0]?.exited
  await cluster.restart(0)
  expect(await countBrokers('127.0.0.1', ports[0] as number)).toBe(3)
})
