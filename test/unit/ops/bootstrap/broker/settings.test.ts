import { describe, expect, test } from 'vitest'
import { newClusterId } from '#ops/bootstrap/broker/java.ts'
import { brokersInAnswer } from '#ops/bootstrap/broker/probe.ts'
import { log4jProperties, serverProperties } from '#ops/bootstrap/broker/settings.ts'

const options = { cacheDir: '.cache', dataDir: '.data', port: 19092 }

function settingsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map(line => line.split(/=(.*)/s) as [string, string]),
  )
}

describe('serverProperties', () => {
  test('one node stands alone, with one replica, on loopback only', () => {
    const settings = settingsOf(serverProperties(options, '/d/kafka'))
    expect(settings).toMatchObject({
      'controller.quorum.voters': '1@127.0.0.1:19093',
      listeners: 'PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093',
      'log.dirs': '/d/kafka',
      'min.insync.replicas': '1',
      'transaction.state.log.replication.factor': '1',
      'broker.session.timeout.ms': '3000',
      'broker.heartbeat.interval.ms': '500',
      'message.max.bytes': '4194304',
      'auto.create.topics.enable': 'false',
    })
  })

  test('three voters replicate three times and need two in sync', () => {
    const voters = '1@127.0.0.1:1,2@127.0.0.1:2,3@127.0.0.1:3'
    const settings = settingsOf(serverProperties({ ...options, voters, nodeId: 2, controllerPort: 2 }, '/d'))
    expect(settings).toMatchObject({
      'node.id': '2',
      'controller.quorum.voters': voters,
      'default.replication.factor': '3',
      'min.insync.replicas': '2',
      'offsets.topic.replication.factor': '3',
    })
  })

  test('extra lines win, and a backslash survives the properties format', () => {
    const extra = { 'num.partitions': '1', 'listener.note': 'a\\b' }
    const settings = settingsOf(serverProperties({ ...options, extra }, '/d'))
    expect(settings).toMatchObject({ 'num.partitions': '1', 'listener.note': 'a\\\\b' })
  })
})

test('the log goes to a file in the given folder', () => {
  expect(log4jProperties('/d/logs')).toContain('appender.file.fileName = /d/logs/kafka.log')
})

describe('brokersInAnswer', () => {
  const answer = (error: number, brokers: number): Buffer =>
    Buffer.concat([
      Buffer.from([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, error, 0, 4]),
      Buffer.from('abc'),
      Buffer.from([0, 0, 0, 1, brokers + 1]),
    ])

  test('counts the brokers of a good answer', () => {
    expect(brokersInAnswer(answer(0, 3))).toBe(3)
  })

  test('is 0 for an error and for bytes that are no answer', () => {
    expect([brokersInAnswer(answer(5, 3)), brokersInAnswer(Buffer.from('HTTP/1.1'))]).toEqual([0, 0])
  })
})

test('a cluster id is 16 bytes as base64url and never looks like an option', () => {
  const ids = Array.from({ length: 300 }, newClusterId)
  expect(ids.filter(id => !/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/.test(id))).toEqual([])
})
