// Does the contract accept the valid samples, and refuse the invalid ones as their .expected.json says?
import { existsSync, readFileSync } from 'node:fs'
import { basename, extname, relative } from 'node:path'
import type { ErrorObject } from 'ajv'
import { HubError } from '#schemas/errors.ts'
import type { Connector } from './connector.ts'
import { contextOf, invalidSamples, messageOf, readSample, validSamples } from './golden.ts'

interface Expected {
  readonly code: string
  readonly pointer: string
  readonly rule?: string
}

export function validSampleFaults(root: string, connector: Connector): string[] {
  return validSamples(connector).flatMap(file => {
    const contract = connector.contracts.get(messageOfFile(connector, file))!
    if (contract(readSample(connector, file))) return []
    const error = contract.errors?.[0]
    return [`${relative(root, file)}: refused at "${error?.instancePath ?? ''}", ${error?.message ?? ''}`]
  })
}

export function invalidSampleFaults(root: string, connector: Connector): string[] {
  return invalidSamples(connector).flatMap(file => {
    const name = relative(root, file)
    const expectedFile = `${file.slice(0, -extname(file).length)}.expected.json`
    if (!existsSync(expectedFile)) return [`${name}: no ${basename(expectedFile)} beside it`]
    const expected = JSON.parse(readFileSync(expectedFile, 'utf8')) as Expected
    const found = refusals(connector, file)
    const fits = found.some(
      one => one.code === expected.code && one.pointer === expected.pointer && (expected.rule ?? one.rule) === one.rule,
    )
    const seen = found.map(one => `${one.code} at "${one.pointer}"`).join(', ') || 'accepted'
    return fits ? [] : [`${name}: expected ${expected.code} at "${expected.pointer}", found ${seen}`]
  })
}

/** The message that a sample file is of. */
export function messageOfFile(connector: Connector, file: string): string {
  return messageOf(Object.keys(connector.manifest.messages), basename(file, extname(file)))
}

// A message that the contract lets pass is still refused when nothing in it is a number of its own.
function refusals(connector: Connector, file: string): Expected[] {
  const message = messageOfFile(connector, file)
  const contract = connector.contracts.get(message)!
  const tree = readOrRefusal(connector, file)
  if (tree instanceof HubError)
    return [{ code: tree.code, pointer: String(tree.facts.pointer), rule: String(tree.facts.rule) }]
  if (!contract(tree)) return (contract.errors ?? []).map(refusal)
  const mapped = connector.inbound.get(message)!.compiled.map(tree, contextOf(connector, basename(file, extname(file))))
  if (mapped.some(one => one.own.length > 0)) return []
  // The first at the door, the second where a stored message is repaired or replayed.
  const pointer = connector.manifest.messages[message]!.numbers[0]!
  return ['HUB_RECEIVE_NO_NUMBER', 'HUB_MAP_NO_OWN_NUMBER'].map(code => ({ code, pointer }))
}

function readOrRefusal(connector: Connector, file: string): unknown {
  try {
    return readSample(connector, file)
  } catch (error) {
    if (error instanceof HubError) return error
    throw error
  }
}

/** A missing field is pointed at where it is due. */
function refusal(error: ErrorObject): Expected {
  const missing =
    error.keyword === 'required' ? `/${(error.params as { missingProperty: string }).missingProperty}` : ''
  return { code: 'HUB_RECEIVE_CONTRACT', pointer: error.instancePath + missing, rule: error.keyword }
}
