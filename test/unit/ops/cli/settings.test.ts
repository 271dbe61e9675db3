import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startSimulators } from '#ops/bootstrap/demo.ts'
import { commands } from '#ops/cli/commands/index.ts'
import { type Environment, readEnvironment } from '#ops/cli/environment.ts'
import { callHub } from '#ops/cli/http.ts'
import { configOf, settingsOf } from '#ops/cli/settings.ts'

describe('environment', () => {
  it('plays the demo where no configuration is named', () => {
    expect(readEnvironment({})).toMatchObject({
      demo: 'on',
      httpPort: 8080,
      kafkaPort: 19092,
      prefix: 'hub.',
      brokers: [],
    })
    expect(readEnvironment({ HUB_CONFIG: 'hub.yaml', KAFKA_BROKERS: 'a:1,b:2' })).toMatchObject({
      demo: 'off',
      brokers: ['a:1', 'b:2'],
    })
  })

  it('refuses to show the demo to the network', () => {
    expect(() => configOf(readEnvironment({ HUB_HTTP_HOST: '0.0.0.0' }))).toThrow(
      expect.objectContaining({ code: 'HUB_START_DEMO_EXPOSED' }),
    )
  })

  it('names an unknown role and a port that is none', () => {
    expect(() => settingsOf(readEnvironment({ HUB_ROLES: 'gateway,cook' }), [])).toThrow(
      'HUB_ROLES is not a valid configuration: no role cook',
    )
    expect(() => settingsOf(readEnvironment({ HUB_HTTP_PORT: 'eighty' }), [])).toThrow(
      'HUB_HTTP_PORT is not a valid configuration: a port number was expected',
    )
  })
})

describe('calls to a hub', () => {
  it('say that no hub answers', async () => {
    await expect(callHub(readEnvironment({ HUB_HTTP_PORT: '1' }), 'GET', '/')).rejects.toMatchObject({
      code: 'HUB_CLI_NO_HUB',
    })
  })

  it('say what the hub answered', async () => {
    const server = createServer((_request, response) =>
      response.writeHead(401).end('{"code":"HUB_HTTP_OPERATOR_ONLY"}'),
    )
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    onTestFinished(() => void server.close())
    const environment: Environment = readEnvironment({ HUB_HTTP_PORT: String((server.address() as AddressInfo).port) })
    await expect(callHub(environment, 'GET', '/')).rejects.toMatchObject({
      code: 'HUB_CLI_REFUSED',
      message: 'the hub answered 401 HUB_HTTP_OPERATOR_ONLY',
    })
  })
})

it('says that the simulators ended before they were up', async () => {
  await expect(startSimulators('/nowhere', 'http://127.0.0.1:1', '2026-03-02', '/nowhere')).rejects.toMatchObject({
    code: 'HUB_START_SIMULATORS',
  })
})

it('has words in both languages for every command', () => {
  for (const { says } of Object.values(commands)) expect([says.en, says.zh].every(one => one.length > 5)).toBe(true)
})
