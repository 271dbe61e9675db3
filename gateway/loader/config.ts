// The configuration: hub.yaml, or the sum of the connectors' demo.yaml files with derived demo credentials.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { LineCounter, parseDocument } from 'yaml'
import { HubError } from '#schemas/errors.ts'
import type { HubConfig, Subscription, SystemConfig } from '#schemas/files.ts'
import { demoCredentials } from './demo-credentials.ts'

/** Reads and checks hub.yaml. Throws HUB_START_CONFIG naming file, line, column and rule. */
export function readConfig(file: string, schemaFile: string): HubConfig {
  const text = readText(file)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const fault = document.errors[0]
  if (fault) {
    const at = lines.linePos(fault.pos[0])
    throw new HubError('HUB_START_CONFIG', { file, line: at.line, column: at.col, rule: fault.code })
  }
  const config = document.toJS() as HubConfig
  const validate = new Ajv2020({ allErrors: false, strict: false }).compile(
    JSON.parse(readFileSync(schemaFile, 'utf8')),
  )
  if (!validate(config)) {
    const error = validate.errors![0]!
    const path = error.instancePath
      .split('/')
      .slice(1)
      .map(part => (/^\d+$/.test(part) ? Number(part) : part))
    const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined
    const at = lines.linePos(node?.range?.[0] ?? 0)
    const extra = error.params as { additionalProperty?: string; missingProperty?: string }
    throw new HubError('HUB_START_CONFIG', {
      file,
      line: at.line,
      column: at.col,
      rule: `${error.instancePath || '/'} ${error.message} ${extra.additionalProperty ?? ''}`.trim(),
    })
  }
  return config
}

export interface Fault {
  /** JSON pointer. */
  readonly pointer: string
  readonly rule: string
}

/** Judges one subscription as those of hub.yaml are judged. No value stands in what it says. */
export function subscriptionJudge(schemaFile: string): (definition: unknown) => readonly Fault[] {
  const ajv = new Ajv2020({ allErrors: true, strict: false }).addSchema(
    JSON.parse(readFileSync(schemaFile, 'utf8')),
    'hub',
  )
  const validate = ajv.compile({ $ref: 'hub#/$defs/subscription' })
  return definition => {
    if (validate(definition)) return []
    return validate.errors!.filter(one => one.keyword !== 'if').map(faultOf)
  }
}

function faultOf({ instancePath, message, params }: ErrorObject): Fault {
  const { additionalProperty, missingProperty, allowedValues } = params as Record<string, string | string[] | undefined>
  if (missingProperty !== undefined) return { pointer: `${instancePath}/${missingProperty}`, rule: 'is required' }
  if (additionalProperty !== undefined)
    return { pointer: `${instancePath}/${additionalProperty}`, rule: 'is not known' }
  const choice = Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : ''
  return { pointer: instancePath || '/', rule: `${message}${choice}` }
}

/** What the connectors' demo.yaml files add up to; outbound addresses come from the simulators. */
export function demoConfig(connectorDirs: readonly string[]): HubConfig {
  const systems: SystemConfig[] = []
  const subscriptions: Subscription[] = []
  for (const dir of connectorDirs) {
    const file = join(dir, 'demo.yaml')
    if (!existsSync(file)) continue
    const part = parseDocument(readText(file)).toJS() as { systems?: SystemConfig[]; subscriptions?: Subscription[] }
    for (const system of part.systems ?? []) systems.push(withDemoCredentials(system))
    subscriptions.push(...(part.subscriptions ?? []))
  }
  return { sandbox: true, systems, subscriptions, allowedNetworks: ['127.0.0.0/8'] }
}

/** A system that never calls has nothing to show. */
function withDemoCredentials(system: SystemConfig): SystemConfig {
  const { inbound, outbound } = demoCredentials(system.id)
  return {
    ...system,
    ...(system.inbound ? { inbound: { ...system.inbound, credentials: inbound } } : {}),
    outbound: { credentials: outbound },
  }
}

/** Cross-checks that a JSON Schema cannot say: every system has its connector, every subscription its system. */
export function checkConfig(config: HubConfig, connectorIds: ReadonlySet<string>, file: string): void {
  const ids = new Set<string>()
  for (const system of config.systems) {
    if (!connectorIds.has(system.connector))
      throw new HubError('HUB_START_CONFIG', { file, rule: `system ${system.id}: no connector ${system.connector}` })
    if (ids.has(system.id)) throw new HubError('HUB_START_CONFIG', { file, rule: `system ${system.id} stands twice` })
    ids.add(system.id)
  }
  const subscriptions = new Set<string>()
  for (const one of config.subscriptions) {
    if (!ids.has(one.system))
      throw new HubError('HUB_START_CONFIG', { file, rule: `subscription ${one.id}: no system ${one.system}` })
    if (subscriptions.has(one.id))
      throw new HubError('HUB_START_CONFIG', { file, rule: `subscription ${one.id} stands twice` })
    subscriptions.add(one.id)
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new HubError('HUB_START_CONFIG', { file, rule: 'the file cannot be read' }, cause)
  }
}
