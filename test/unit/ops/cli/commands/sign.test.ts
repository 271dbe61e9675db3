// The printed command is run by a shell against a listener that lets in whom the hub's own door would let in.
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { connectorDirs, demoConfig } from '#gateway/index.ts'
import { createAuthenticator } from '#gateway/security/authenticate.ts'
import { signCommand } from '#ops/cli/commands/sign.ts'
import { type CommandTree, commandTree } from '../../../../helpers/connector-tree.ts'
import { runCommand } from '../../../../helpers/run-command.ts'

const body = '{ "no": "它的 1 号" }'
const token = 'inbound: { scheme: static-token, header: x-token, credentials: {} }'

/** Answers who it was that called, and what came. */
async function door({ root }: CommandTree): Promise<number> {
  const { systems } = demoConfig(connectorDirs(root))
  const authenticator = createAuthenticator(systems, Date.now)
  const server = createServer(async (incoming, response) => {
    const url = new URL(incoming.url!, 'http://hub')
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const sent = Buffer.concat(chunks)
    const request = { method: 'POST', path: url.pathname, query: Object.fromEntries(url.searchParams) } as const
    const { system } = authenticator.check(systems[0]!, { ...request, headers: headersOf(incoming), body: sent })
    const type = incoming.headers['content-type']
    response.end(JSON.stringify({ system, ...request, type, body: sent.toString() }))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

async function call(tree: CommandTree, ...more: string[]): Promise<unknown> {
  const folder = join(tree.root, "it's $(here)")
  mkdirSync(folder)
  writeFileSync(join(folder, 'case.json'), body)
  const variables = { HUB_HTTP_PORT: String(await door(tree)) }
  const args = ['northgate', 'case', join(folder, 'case.json'), ...more]
  const { code, lines } = await runCommand(signCommand, variables, args, { root: tree.root })
  expect({ code, lines: lines.length }).toEqual({ code: 0, lines: 1 })
  return JSON.parse((await promisify(execFile)('sh', ['-c', lines[0]!])).stdout)
}

/** northgate with another way of showing who it is. */
function showing(inbound: string): CommandTree {
  const tree = commandTree()
  const file = join(tree.root, 'connectors/northgate/demo.yaml')
  const text = readFileSync(file, 'utf8')
  expect(text).toContain(token)
  writeFileSync(file, text.replace(token, inbound))
  return tree
}

test.each([
  ['a token in a header of its own', token],
  ['a token as bearer', 'inbound: { scheme: static-token, credentials: {} }'],
  ['a signature', 'inbound: { scheme: irs-hmac, credentials: {} }'],
])('a command with %s is let in, and sends the file as it is', async (_, inbound) => {
  expect(await call(showing(inbound))).toEqual({
    system: 'northgate',
    method: 'POST',
    path: '/in/northgate/case',
    query: {},
    type: 'application/json; charset=utf-8',
    body,
  })
})

test('a trial run is signed with its query', async () => {
  const tree = showing('inbound: { scheme: irs-hmac, credentials: {} }')
  expect(await call(tree, '--dry-run')).toMatchObject({ system: 'northgate', query: { dryRun: 'true' } })
})

test('says which systems and messages there are', async () => {
  const tree = commandTree()
  expect((await tree.run(signCommand, 'northgate', 'case')).code).toBe(2)
  await expect(tree.run(signCommand, 'southgate', 'case', 'x')).rejects.toMatchObject({ code: 'HUB_CLI_NO_SYSTEM' })
  await expect(tree.run(signCommand, 'northgate', 'note', 'x')).rejects.toMatchObject({ code: 'HUB_CLI_NO_MESSAGE' })
})
