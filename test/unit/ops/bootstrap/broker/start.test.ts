// What refuses to start, without a real Kafka: a fake java stands in.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Broker } from '#ops/bootstrap/broker/options.ts'
import { kafkaVersion, onDisk } from '#ops/bootstrap/broker/paths.ts'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import { startBroker } from '#ops/bootstrap/broker/start.ts'

async function startWith(javaScript: string | undefined): Promise<Broker> {
  const scratch = mkdtempSync(join(tmpdir(), 'hub-java-'))
  onTestFinished(() => rmSync(scratch, { recursive: true, force: true }))
  mkdirSync(join(scratch, 'cache', 'kafka', kafkaVersion()), { recursive: true })
  mkdirSync(join(scratch, 'jdk', 'bin'), { recursive: true })
  if (javaScript !== undefined) {
    writeFileSync(join(scratch, 'jdk', 'bin', 'java'), `#!/bin/sh\n${javaScript}\n`)
    chmodSync(join(scratch, 'jdk', 'bin', 'java'), 0o755)
  }
  vi.stubEnv('JAVA_HOME', join(scratch, 'jdk'))
  if (javaScript === undefined) vi.stubEnv('PATH', join(scratch, 'jdk', 'bin'))
  onTestFinished(() => void vi.unstubAllEnvs())
  const [port, controllerPort] = (await freePorts(2)) as [number, number]
  return startBroker({ cacheDir: join(scratch, 'cache'), dataDir: join(scratch, 'data'), port, controllerPort })
}

test('without the jars, says how to get them', async () => {
  const started = startBroker({ cacheDir: '.cache/none', dataDir: '.cache/none', port: 1 })
  await expect(started).rejects.toMatchObject({ code: 'HUB_START_KAFKA_MISSING' })
})

test('without java, says so', async () => {
  await expect(startWith(undefined)).rejects.toMatchObject({ code: 'HUB_START_JAVA_MISSING' })
})

test('a java that ends while starting is reported with the place of its log', async () => {
  const started = startWith('case "$*" in *StorageTool*) exit 0;; *) exit 3;; esac')
  await expect(started).rejects.toMatchObject({
    code: 'HUB_START_BROKER_FAILED',
    facts: { what: 'ended while starting' },
  })
})

test('a failed formatting is reported', async () => {
  await expect(startWith('exit 1')).rejects.toMatchObject({ code: 'HUB_START_BROKER_FAILED' })
})

test('a full disk is named as such, from the tool, from the broker and from our own writing', async () => {
  const words = 'echo "java.io.IOException: No space left on device" >&2; exit 1'
  await expect(startWith(words)).rejects.toMatchObject({ code: 'HUB_START_DISK_FULL' })
  const later = startWith(`case "$*" in *StorageTool*) exit 0;; *) ${words};; esac`)
  await expect(later).rejects.toMatchObject({ code: 'HUB_START_DISK_FULL' })
  const write = (): never => {
    throw Object.assign(new Error('write'), { code: 'ENOSPC' })
  }
  expect(() => onDisk('/d', write)).toThrow(expect.objectContaining({ code: 'HUB_START_DISK_FULL' }))
})
