// hub sign <system> <message> <file>: the curl command by which that system would send this file, with its own credential.
import { irsHeaders } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import type { Manifest, SystemConfig } from '#schemas/files.ts'
import { readArguments, usage } from '../arguments.ts'
import type { Command } from '../command.ts'
import { chosenConnectors } from '../connectors.ts'
import type { Environment } from '../environment.ts'
import { configOf, systemOf } from '../settings.ts'

const types = {
  json: 'application/json; charset=utf-8',
  form: 'application/x-www-form-urlencoded',
  xml: 'application/xml',
  csv: 'text/csv',
  adapter: 'application/octet-stream',
} as const satisfies Record<Manifest['messages'][string]['format'], string>

export const signCommand: Command = {
  says: {
    en: 'print the signed curl command that sends a file as a system would',
    zh: '打印以某系统身份发送文件的签名 curl 命令',
  },
  async run(environment, args) {
    const read = readArguments(args, { words: [3, 3], flags: ['dry-run'] })
    if (!read) return usage('hub sign <system> <message> <file> [--dry-run]')
    const [id, message, file] = read.words as [string, string, string]
    const system = systemOf(configOf(environment), id)
    const [connector] = await chosenConnectors(environment.root, system.connector)
    const { messages } = connector!.manifest
    const format = messages[message]?.format
    if (format === undefined)
      throw new HubError('HUB_CLI_NO_MESSAGE', {
        id: system.connector,
        message,
        known: Object.keys(messages).join(' '),
      })
    const query: Readonly<Record<string, string>> = read.flags.has('dry-run') ? { dryRun: 'true' } : {}
    const request = { method: 'POST', path: `/in/${id}/${message}`, query } as const
    const headers = { 'content-type': types[format], ...credentialOf(system, request) }
    process.stdout.write(`${curl(environment, request, headers, file)}\n`)
    return 0
  },
}

interface Request {
  readonly method: 'POST'
  readonly path: string
  readonly query: Readonly<Record<string, string>>
}

function credentialOf({ inbound }: SystemConfig, request: Request): Record<string, string> {
  if (!inbound) return {}
  const { accessKey = '', secret = '', token = '' } = inbound.credentials
  if (inbound.scheme === 'irs-hmac') return irsHeaders({ accessKey, secret }, request, new Date())
  return inbound.header === undefined ? { authorization: `Bearer ${token}` } : { [inbound.header]: token }
}

function curl(
  { httpHost, httpPort }: Environment,
  { path, query }: Request,
  headers: Readonly<Record<string, string>>,
  file: string,
): string {
  const asked = new URLSearchParams(query).toString()
  const url = `http://${httpHost}:${httpPort}${path}${asked && `?${asked}`}`
  const said = Object.entries(headers).flatMap(([name, value]) => ['-H', quoted(`${name}: ${value}`)])
  return ['curl', '-sS', '-X', 'POST', quoted(url), ...said, '--data-binary', quoted(`@${file}`)].join(' ')
}

/** For a shell: nothing inside is read by it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
