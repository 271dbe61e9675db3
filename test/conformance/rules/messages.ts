// Rules about contracts, samples, mappings and golden files.
import { existsSync, readFileSync } from 'node:fs'
import { basename, extname, join, relative } from 'node:path'
import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { invalidSampleFaults, messageOfFile, validSampleFaults } from '#gateway/loader/contract-samples.ts'
import { coverageOf } from '#gateway/loader/coverage.ts'
import { contextsOf, goldenOf, messageOf, readSample, smallSamples, validSamples } from '#gateway/loader/golden.ts'
import { goldenFaults } from '#gateway/loader/golden-compare.ts'
import { filesBelow, type Rule, type Subject } from '../subject.ts'

const repair = 'run "npm run golden -- --update", then read the difference'

function loads(subject: Subject): string[] {
  return subject.connector ? [] : [subject.fault ?? 'cannot be loaded']
}

function pair(subject: Subject): string[] {
  const inbound = Object.keys(subject.manifest?.messages ?? {}).map(message => `${message}.inbound.yaml`)
  const outbound = (subject.manifest?.outbound ?? []).map(rule => `${rule.message}.outbound.yaml`)
  const wanted = new Set([...inbound, ...outbound])
  const files = filesBelow(subject.mappingDir)
  const strange = files.filter(path => !wanted.has(path) && !/^([a-z0-9-]+\.table\.yaml|golden\/.+\.json)$/.test(path))
  return [
    ...[...wanted].filter(path => !files.includes(path)).map(path => `mappings/${subject.id}/${path} is missing`),
    ...strange.map(path => `mappings/${subject.id}/${path} belongs to no message of the manifest`),
  ]
}

function lint(subject: Subject): string[] {
  return subject.lintLines().filter(line => line.startsWith(`mappings/${subject.id}/`))
}

function acceptsValid({ connector, root }: Subject): string[] {
  return connector ? validSampleFaults(root, connector) : []
}

function refusesInvalid({ connector, root }: Subject): string[] {
  return connector ? invalidSampleFaults(root, connector) : []
}

function golden({ connector, root }: Subject): string[] {
  if (!connector) return []
  return goldenFaults(root, connector).map(({ file, problem }) => {
    const name = relative(root, file)
    if (problem === 'missing') return `${name} is missing; ${repair}`
    return problem === 'differs'
      ? `${name} differs from what the mapping gives; ${repair}`
      : `${name} has no sample; delete it`
  })
}

/** Every sample has a number of its own; every message has a sample; every outbound message a golden file. */
function everyMessageShown({ connector, root, mappingDir }: Subject): string[] {
  if (!connector) return []
  const contexts = contextsOf(connector)
  const samples = validSamples(connector)
  const shown = new Set(samples.map(file => messageOfFile(connector, file)))
  const inputs = filesBelow(join(mappingDir, 'golden')).filter(path => path.endsWith('.outbound-input.json'))
  const outbound = [...connector.outbound.keys()]
  const said = new Set(inputs.map(path => messageOf(outbound, basename(path, '.outbound-input.json'))))
  const mute = samples.filter(file => {
    const mapping = connector.inbound.get(messageOfFile(connector, file))!
    const context = contexts(basename(file, extname(file)))
    return !mapping.compiled.map(readSample(connector, file), context).some(one => one.own.length > 0)
  })
  return [
    ...Object.keys(connector.manifest.messages)
      .filter(m => !shown.has(m))
      .map(m => `message ${m} has no valid sample`),
    ...outbound.filter(m => !said.has(m)).map(m => `outbound message ${m} has no golden file`),
    ...mute.map(file => `${relative(root, file)} gives no number of its own`),
  ]
}

/** What the hub sends fits the contract of the outbound message, where the connector has one. */
function outboundFits({ connector, root, mappingDir }: Subject): string[] {
  if (!connector) return []
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  const contracts = new Map<string, ValidateFunction>()
  return goldenOf(root, connector)
    .filter(one => one.file.endsWith('.outbound.json'))
    .flatMap(({ file, value }) => {
      const message = messageOf([...connector.outbound.keys()], basename(file, '.outbound.json'))
      const name = connector.inbound.has(message) ? `${message}-push` : message
      const contract = join(connector.dir, 'contract', `${name}.schema.json`)
      if (!existsSync(contract)) return [`contract/${name}.schema.json is missing`]
      const validate = contracts.get(contract) ?? ajv.compile(JSON.parse(readFileSync(contract, 'utf8')) as object)
      contracts.set(contract, validate)
      const native = (value as { record: unknown }[])[0]?.record
      if (validate(native)) return []
      const error = validate.errors?.[0]
      return [`${relative(mappingDir, file)}: "${error?.instancePath ?? ''}" ${error?.message ?? ''}`]
    })
}

const odd: readonly unknown[] = [
  null,
  '',
  0,
  -1e30,
  true,
  [],
  {},
  [[]],
  [null],
  '\ufffd',
  '0000-00-00',
  '９',
  { a: { b: [] } },
]

/** No value in any field makes a mapping throw. */
function survives({ connector, root }: Subject): string[] {
  if (!connector) return []
  const contexts = contextsOf(connector)
  const turns = new Map<string, number>()
  return smallSamples(connector).flatMap(file => {
    const message = messageOfFile(connector, file)
    const context = contexts(basename(file, extname(file)))
    const { compiled } = connector.inbound.get(message)!
    for (const broken of [...odd, ...variants(readSample(connector, file), message, turns)]) {
      try {
        compiled.map(broken, context)
      } catch {
        return [`${relative(root, file)}: the mapping throws when a field is odd`]
      }
    }
    return []
  })
}

// A field takes two odd values of the row in each sample until it has had them all; fields begin at different ones. So rare
// fields see some and common fields see all, and none is tried again and again.
function* variants(tree: unknown, at: string, turns: Map<string, number>): Generator<unknown> {
  if (typeof tree !== 'object' || tree === null) return
  for (const key of Object.keys(tree)) {
    const put = (value: unknown): unknown =>
      Array.isArray(tree) ? tree.map((one, i) => (String(i) === key ? value : one)) : { ...tree, [key]: value }
    const field = Array.isArray(tree) ? `${at}/*` : `${at}/${key}`
    const turn = turns.get(field) ?? 0
    turns.set(field, turn + 2)
    if (turn < odd.length) for (const next of [0, 1]) yield put(odd[(field.length + turn + next) % odd.length])
    for (const inner of variants((tree as Record<string, unknown>)[key], field, turns)) yield put(inner)
  }
}

function covered({ connector }: Subject): string[] {
  return connector ? coverageOf(connector).flatMap(one => one.faults) : []
}

const idCard = /(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])/g
const mobile = /(?<!\d)1[3-9]\d{9}(?!\d)/

/** Persons are invented: ids of the unassigned area 330199, no mobile number that somebody may own. */
function synthetic(subject: Subject): string[] {
  const files = filesBelow(subject.dir).filter(path => path.startsWith('samples/') && !path.endsWith('.zip'))
  return files.flatMap(path => {
    const text = readFileSync(join(subject.dir, path), 'utf8')
    const ids = (text.match(idCard) ?? []).filter(id => checks(id) && !id.startsWith('330199'))
    return [
      ...(ids.length > 0 ? [`${path} holds an id number of an assigned area`] : []),
      ...(mobile.test(text) ? [`${path} holds a mobile number`] : []),
    ]
  })
}

function checks(id: string): boolean {
  const sum = [...id.slice(0, 17)].reduce((total, digit, index) => total + Number(digit) * (2 ** (17 - index) % 11), 0)
  return '10X98765432'[sum % 11] === id[17]!.toUpperCase()
}

export const messageRules: readonly Rule[] = [
  {
    id: 'C5',
    says: 'mappings/<id> holds one mapping for every message of the manifest, value tables and golden files, and nothing else.',
    check: pair,
  },
  { id: 'C6', says: 'Mappings and tables have no lint finding.', check: lint },
  {
    id: 'C7',
    says: 'The connector loads: its contracts are JSON Schemas, its mappings compile, its adapter can be imported.',
    check: loads,
  },
  { id: 'C8', says: 'The contract accepts every file of samples/valid.', check: acceptsValid },
  {
    id: 'C9',
    says: 'Every file of samples/invalid is refused with the code and the pointer of its .expected.json.',
    check: refusesInvalid,
  },
  {
    id: 'C10',
    says: 'Every sample and every outbound input is what its golden file says, and no golden file is left over.',
    check: golden,
  },
  {
    id: 'C11',
    says: 'Every message has a sample with a number of its own, every outbound message a golden file.',
    check: everyMessageShown,
  },
  {
    id: 'C12',
    says: 'What goes out fits contract/<message>.schema.json (contract/<message>-push.schema.json where a message of that name comes in too).',
    check: outboundFits,
  },
  {
    id: 'C13',
    says: 'Every native field of contract and samples is mapped, or ignored with a reason.',
    check: covered,
  },
  { id: 'C14', says: 'No value in any field makes a mapping throw.', check: survives },
  { id: 'C15', says: 'Persons in samples are invented.', check: synthetic },
]
