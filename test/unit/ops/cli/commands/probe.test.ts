import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { demoCredentials } from '#gateway/index.ts'
import { importSimulator } from '#gateway/loader/discover.ts'
import { probeCommand } from '#ops/cli/commands/probe.ts'
import { commandTree } from '../../../../helpers/connector-tree.ts'

async function northgate() {
  const tree = commandTree()
  const start = await importSimulator(join(tree.root, 'connectors/northgate'))
  const made = await start({
    system: 'northgate',
    port: 0,
    hubUrl: () => 'http://127.0.0.1:1',
    credentials: demoCredentials('northgate'),
    now: () => new Date(),
    random: Math.random,
  })
  onTestFinished(() => made.close())
  return { tree, made }
}

test('prints every step with its mark, in both languages', async () => {
  const { tree, made } = await northgate()
  const { code, lines } = await tree.run(probeCommand, 'northgate', '--url', made.url)
  expect(code).toBe(0)
  expect(lines.map(line => line.slice(0, 12).trimEnd())).toEqual([
    '✓ address',
    '- tls',
    '✓ answers',
    '✓ clock',
    '- login',
    '- look-up',
    '- wrong-key',
  ])
  expect(lines[1]).toBe('- tls        明文 http,传输内容可被读取  plain http: what is sent can be read on the way')
  expect(made.store()).toEqual({})
})

test('fails with what to do, also for machines', async () => {
  const { tree, made } = await northgate()
  made.behave({ mode: 'down' })
  const { code, lines } = await tree.run(probeCommand, 'northgate', '--url', made.url)
  expect(code).toBe(1)
  expect(lines.slice(2, 5)).toEqual([
    expect.stringMatching(
      /^✗ answers {4}连接后没有 HTTP 应答\(\w+\) {2}takes the connection and gives no HTTP answer \(\w+\)$/,
    ),
    '             → 请联系对方:服务过载,或该端口上是其他程序',
    '             → ask the other side: it is overloaded, or something else listens at this port',
  ])
  const json = await tree.run(probeCommand, 'northgate', '--url', made.url, '--json')
  expect(json.code).toBe(1)
  expect(JSON.parse(json.lines.join('\n'))[2]).toMatchObject({ step: 'answers', code: 'NO_ANSWER', state: 'failed' })
})

test('says which systems there are, that an address is due, and how it is called', async () => {
  const tree = commandTree()
  await expect(tree.run(probeCommand, 'nothgate')).rejects.toMatchObject({
    code: 'HUB_CLI_NO_SYSTEM',
    message: 'the configuration has no system nothgate; it has northgate',
  })
  for (const url of [[], ['--url', 'ftp://x'], ['--url', 'x']])
    await expect(tree.run(probeCommand, 'northgate', ...url)).rejects.toMatchObject({ code: 'HUB_CLI_NO_ADDRESS' })
  expect((await tree.run(probeCommand)).code).toBe(2)
})

test('does not call a system that is reached another way', async () => {
  const tree = commandTree()
  const manifest = join(tree.root, 'connectors/northgate/manifest.yaml')
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('outbound: [http-push]', 'outbound: [file-drop]'))
  await expect(tree.run(probeCommand, 'northgate', '--url', 'http://127.0.0.1:1')).rejects.toMatchObject({
    code: 'HUB_CLI_PROBE_WAY',
    message: 'system northgate is reached by file-drop: there is nothing to call',
  })
})
