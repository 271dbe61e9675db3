// Two processes of one host share the data directory for its keys. Both wrote one file of indexes: whoever started while the
// other was writing ended with "database is locked", and one that threw its index away threw away the other's.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { connectorDirs, createLog, demoConfig, type Role, startHub } from '#gateway/index.ts'
import { sharedBroker } from '../helpers/broker.ts'
import { root } from '../helpers/hub.ts'

it('keeps the indexes of two processes in one data directory apart', async () => {
  const { brokers, prefix } = sharedBroker()
  const dataDir = mkdtempSync(join(tmpdir(), 'hub-shared-dir-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const start = async (slot: string) => {
    const hub = await startHub({
      root,
      dataDir,
      brokers: brokers.split(','),
      prefix,
      host: '127.0.0.1',
      port: 0,
      config: { ...demoConfig(connectorDirs(root)), subscriptions: [] },
      operatorKey: 'operator-key',
      slot,
      roles: new Set<Role>(['gateway', 'deliver']),
      log: createLog('silent'),
      now: () => new Date(),
    })
    onTestFinished(() => hub.stop())
  }
  await start('1')
  await start('2')
  const files = readdirSync(join(dataDir, 'index')).filter(name => name.endsWith('.sqlite'))
  expect(files.toSorted()).toEqual(
    ['1', '2']
      .flatMap(slot => ['keys', 'ledgers', 'receipts', 'waiting'].map(name => `${name}-${slot}.sqlite`))
      .toSorted(),
  )
})
