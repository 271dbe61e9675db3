// The script of exchanges of a connector: read, and checked against its manifest, samples and golden files.
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { parseDocument } from 'yaml'
import { catalogue, HubError } from '#schemas/errors.ts'
import { type Exchange, type Expectation, foundation, type Kind, type Script } from '#schemas/exchanges.ts'
import type { StatusMachine } from '#schemas/status-machine.ts'
import type { Connector } from './connector.ts'
import { messageOf } from './golden.ts'
import { loadSchemas } from './schemas.ts'

export const scriptFile = 'exchanges.yaml'

/** Throws HUB_CERTIFY_SCRIPT naming the first fault. */
export function loadScript(root: string, connector: Connector): Script {
  const [fault] = scriptFaults(root, connector)
  if (fault !== undefined) throw new HubError('HUB_CERTIFY_SCRIPT', { connector: connector.manifest.id, fault })
  return readScript(connector) as Script
}

/** All that is wrong with the connector's script, a line each. */
export function scriptFaults(root: string, connector: Connector): string[] {
  if (!existsSync(join(connector.dir, scriptFile))) return [`${scriptFile} is missing`]
  const script = readScript(connector)
  const schema = JSON.parse(readFileSync(join(root, 'schemas', 'files', 'exchanges.schema.json'), 'utf8')) as object
  const validate = new Ajv2020({ strict: false }).compile<Script>(schema)
  if (!validate(script)) return [`${scriptFile}: ${said(validate.errors!)}`]
  const judge = new Judge(connector, loadSchemas(root).machine, script.exchanges)
  return script.exchanges.flatMap((one, index) => judge.faults(one, index).map(fault => `${one.id}: ${fault}`))
}

function readScript({ dir }: Connector): unknown {
  return parseDocument(readFileSync(join(dir, scriptFile), 'utf8')).toJS()
}

function said(errors: readonly ErrorObject[]): string {
  // The last one is the outermost: of a oneOf the oneOf itself, not the first of its branches.
  const { instancePath, message, params } = errors.at(-1)!
  const { additionalProperty = '' } = params as { additionalProperty?: string }
  return `${instancePath || '/'} ${message} ${additionalProperty}`.trim()
}

/** Which kinds an exchange may build on: what must be known from there. */
const bases: Readonly<Partial<Record<Kind, readonly Kind[]>>> = {
  taken: ['taken', 'joined'],
  repeat: ['taken'],
  delivered: ['taken', 'joined'],
  refusal: ['taken', 'joined'],
  recovery: ['taken', 'joined'],
  joined: ['delivered'],
  copy: ['delivered'],
  'look-up': ['delivered'],
}
const ofSystem: readonly Kind[] = ['taken', 'repeat', 'refused', 'clock', 'charset']
const ofHub: readonly Kind[] = ['delivered', 'refusal', 'recovery', 'copy', 'look-up']

class Judge {
  readonly #connector: Connector
  readonly #machine: StatusMachine
  readonly #all: readonly Exchange[]

  constructor(connector: Connector, machine: StatusMachine, all: readonly Exchange[]) {
    this.#connector = connector
    this.#machine = machine
    this.#all = all
  }

  faults(one: Exchange, index: number): string[] {
    const { expect, who } = one
    return [
      ...(this.#all.findIndex(other => other.id === one.id) < index ? ['the id stands twice'] : []),
      ...(who === 'hub' && ofSystem.includes(expect.kind) ? [`${expect.kind} is the system's turn`] : []),
      ...(who === 'system' && ofHub.includes(expect.kind) ? [`${expect.kind} is the hub's turn`] : []),
      ...this.#baseFaults(expect, index),
      ...this.#messageFaults(expect),
      ...this.#caseFaults(expect),
      ...this.#receiverFaults(expect),
      ...this.#sampleFaults(one),
    ]
  }

  #baseFaults(expect: Expectation, index: number): string[] {
    return foundation(expect).flatMap(id => {
      const base = this.#all.slice(0, index).find(other => other.id === id)
      if (!base) return [`builds on ${id}, which is no earlier exchange`]
      return bases[expect.kind]?.includes(base.expect.kind)
        ? []
        : [`${expect.kind} cannot build on ${base.expect.kind}`]
    })
  }

  #messageFaults(expect: Expectation): string[] {
    const { messages, outbound } = this.#connector.manifest
    const codes = expect.kind === 'refused' ? expect.codes.filter(code => !Object.hasOwn(catalogue, code)) : []
    const states = expect.kind === 'taken' ? (expect.reaches ?? []) : []
    const faults = [
      ...codes.map(code => `${code} is no code of the catalogue`),
      ...states.filter(state => !this.#machine.statuses[state]).map(state => `${state} is no canonical status`),
    ]
    if (!('message' in expect) || expect.message === undefined) return faults
    const { message } = expect
    const incoming = ofSystem.includes(expect.kind)
    const known = incoming ? messages[message]?.answer !== true && messages[message] !== undefined : undefined
    const fits = known ?? outbound.some(rule => rule.message === message)
    return fits ? faults : [...faults, `the manifest has no ${incoming ? 'message' : 'outbound message'} ${message}`]
  }

  #caseFaults(expect: Expectation): string[] {
    if (!('cases' in expect)) return []
    const { manifest } = this.#connector
    const names = manifest.outbound.map(rule => rule.message)
    return expect.cases.flatMap(name => {
      if (!existsSync(caseFile(this.#connector, name))) return [`there is no golden file ${name}.outbound-input.json`]
      return messageOf(names, name) === expect.message ? [] : [`${name} is no ${expect.message}`]
    })
  }

  // A copy would make a second record where the manifest says so; a look-up that the hub never makes proves nothing.
  #receiverFaults({ kind }: Expectation): string[] {
    const { manifest, adapter } = this.#connector
    const { repeats } = manifest.transport
    if (kind === 'copy' && repeats === 'duplicates') return ['a copy is never sent to a system that duplicates']
    if (kind === 'look-up' && !adapter.lookUp) return ['the adapter has no look-up']
    return []
  }

  #sampleFaults({ sample, expect }: Exchange): string[] {
    if (sample === undefined) return expect.kind === 'taken' || expect.kind === 'refused' ? ['a sample is missing'] : []
    if (!existsSync(join(this.#connector.dir, sample))) return [`there is no ${sample}`]
    if (!('message' in expect) || expect.message === undefined) return []
    const name = basename(sample).replace(/[.]\w+$/, '')
    const message = messageOf(Object.keys(this.#connector.manifest.messages), name)
    return message === expect.message ? [] : [`${sample} is no ${expect.message}`]
  }
}

/** What deliver gave to the mapping when the golden file was made: the pattern of a case. */
export function caseFile(connector: Connector, name: string): string {
  return join(connector.dir, '..', '..', 'mappings', connector.manifest.id, 'golden', `${name}.outbound-input.json`)
}
