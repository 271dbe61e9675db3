// Rules about the folder, its manifest, its README and its demonstration.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { parseDocument } from 'yaml'
import { filesBelow, once, type Rule, type Subject } from '../subject.ts'
import { tableFaults } from './tables.ts'

const repository = join(import.meta.dirname, '../../..')

// Compiling a schema takes longer than all checks with it.
const validators = {
  'manifest.schema.json': once(() => compileSchema('manifest.schema.json')),
  'hub.schema.json': once(() => compileSchema('hub.schema.json')),
}

function compileSchema(name: string): ValidateFunction {
  const text = readFileSync(join(repository, 'schemas', 'files', name), 'utf8')
  return new Ajv2020({ allErrors: true, strict: false }).compile(JSON.parse(text) as object)
}

/** The shape of a connector's folder as data: what must be there, and what may. */
const required = ['README.md', 'manifest.yaml', 'demo.yaml', 'simulator.ts', 'contract/SOURCE']
const allowed = [
  ...required.map(path => new RegExp(`^${path.replaceAll('.', '\\.')}$`)),
  /^exchanges\.yaml$/,
  /^adapter(-[a-z-]+)?\.ts$/,
  /^simulator-[a-z-]+\.ts$/,
  /^contract\/[a-z][a-z0-9-]*\.(schema\.json|xsd|sql|openapi\.yaml)$/,
  /^samples\/valid\/[a-z0-9][a-z0-9-]*\.(json|xml|csv|zip)$/,
  /^samples\/invalid\/[a-z0-9][a-z0-9-]*(\.expected)?\.(json|xml|csv|zip)$/,
]

function shape({ dir }: Subject): string[] {
  const files = filesBelow(dir)
  const missing = required.filter(path => !files.includes(path)).map(path => `${path} is missing`)
  const strange = files.filter(path => !allowed.some(pattern => pattern.test(path)))
  const kinds = ['samples/valid/', 'samples/invalid/'].filter(kind => !files.some(path => path.startsWith(kind)))
  return [
    ...missing,
    ...kinds.map(kind => `${kind} holds nothing`),
    ...strange.map(path => `${path} has no place in a connector`),
  ]
}

function manifest(subject: Subject): string[] {
  if (!subject.manifest) return ['manifest.yaml cannot be read']
  const { id, outbound } = subject.manifest
  const faults = schemaFaults('manifest.schema.json', subject.manifest, 'manifest.yaml')
  if (id !== subject.id) faults.push(`manifest.yaml: id is ${id}, the folder is ${subject.id}`)
  const twice = Object.keys(subject.manifest.messages ?? {}).filter(name => /^(case|event)s$/.test(name))
  if (twice.length > 0) faults.push(`manifest.yaml: message ${twice[0]} is a plural`)
  if (subject.manifest.retry && subject.manifest.retry.maxWaitMs < subject.manifest.retry.firstWaitMs)
    faults.push('manifest.yaml: retry.maxWaitMs is below firstWaitMs')
  faults.push(...tableFaults(subject.manifest).map(fault => `manifest.yaml: ${fault}`))
  for (const [index, rule] of (outbound ?? []).entries()) {
    const open = Object.keys(rule.when ?? {}).length === 0
    if (open && index < outbound.length - 1)
      faults.push(`manifest.yaml: no rule after outbound/${index} is ever reached`)
  }
  return faults
}

function demo(subject: Subject): string[] {
  if (!subject.demo) return ['demo.yaml cannot be read']
  const systems = subject.demo.systems ?? []
  const ids = new Set(systems.map(system => system.id))
  const schemes = subject.manifest?.transport?.schemes ?? []
  return [
    ...schemaFaults('hub.schema.json', { systems: [], subscriptions: [], ...subject.demo }, 'demo.yaml'),
    ...(systems.length === 0 ? ['demo.yaml: no system'] : []),
    ...systems.filter(one => one.connector !== subject.id).map(one => `demo.yaml: ${one.id} is of another connector`),
    ...systems
      .filter(one => one.inbound && !schemes.includes(one.inbound.scheme))
      .map(one => `demo.yaml: ${one.id} signs in a way that the manifest does not know`),
    ...systems
      .filter(one => one.url !== undefined || Object.keys(one.inbound?.credentials ?? {}).length > 0 || one.outbound)
      .map(one => `demo.yaml: ${one.id} names an address or a credential; the starter fills them in`),
    ...(subject.demo.subscriptions ?? [])
      .filter(one => !ids.has(one.system))
      .map(one => `demo.yaml: subscription ${one.id} is of a system that is not here`),
  ]
}

/** What a README must show: its headings, how sure each fact is, and every message by name. */
function readme(subject: Subject): string[] {
  const file = filesBelow(subject.dir).includes('README.md') ? readFileSync(join(subject.dir, 'README.md'), 'utf8') : ''
  const names = [
    ...Object.keys(subject.manifest?.messages ?? {}),
    ...(subject.manifest?.outbound ?? []).map(rule => rule.message),
  ]
  return [
    ...(file.startsWith(`# ${subject.id}\n`) ? [] : [`README.md: the first line is not "# ${subject.id}"`]),
    ...['## Messages', '## Quirks'].filter(title => !file.includes(`\n${title}\n`)).map(t => `README.md: no "${t}"`),
    ...(/^\| fact \| mark \|$/m.test(file) ? [] : ['README.md: no table "| fact | mark |"']),
    ...factFaults(file),
    ...[...new Set(names)]
      .filter(name => !file.includes(`\`${name}\``))
      .map(name => `README.md: \`${name}\` is not named`),
  ]
}

function factFaults(file: string): string[] {
  const table = /^\| fact \| mark \|\n\|.*\n((?:\|.*\n)*)/m.exec(file)?.[1] ?? ''
  const marks = /\| (verified( in code)?|known|assumed)( \(ours\))?([,;] .*)? \|$/
  return table
    .split('\n')
    .flatMap((row, index) => (row === '' || marks.test(row) ? [] : [`README.md: fact ${index + 1} has no mark`]))
}

function schemaFaults(schema: keyof typeof validators, value: unknown, file: string): string[] {
  const validate = validators[schema]()
  if (validate(value)) return []
  const errors = (validate.errors ?? []) as ErrorObject<string, { additionalProperty?: string }>[]
  return errors.map(one =>
    `${file}: ${one.instancePath || '/'} ${one.message} ${one.params.additionalProperty ?? ''}`.trimEnd(),
  )
}

function yamlIsClean({ dir }: Subject): string[] {
  return filesBelow(dir)
    .filter(path => path.endsWith('.yaml'))
    .flatMap(path => parseDocument(readFileSync(join(dir, path), 'utf8')).errors.map(error => `${path}: ${error.code}`))
}

export const shapeRules: readonly Rule[] = [
  {
    id: 'C1',
    says: 'A connector folder has README.md, manifest.yaml, demo.yaml, simulator.ts, contract/SOURCE, samples/valid and samples/invalid, and nothing that has no place in it.',
    check: shape,
  },
  {
    id: 'C2',
    says: 'The manifest fits schemas/files/manifest.schema.json and its id is the folder.',
    check: s => [...yamlIsClean(s), ...manifest(s)],
  },
  {
    id: 'C3',
    says: 'demo.yaml names systems of this connector and subscriptions of those systems, no address and no credential.',
    check: demo,
  },
  {
    id: 'C4',
    says: 'The README tells the messages and the quirks, and marks every fact verified, verified in code, known or assumed.',
    check: readme,
  },
]
