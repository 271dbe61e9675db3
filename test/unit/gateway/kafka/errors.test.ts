import { MultipleErrors, NetworkError, ProtocolError, UserError } from '@platformatic/kafka'
import { expect, test } from 'vitest'
import { causeOf, findErrorId, isFenced, isRebalance, isUnknownTopic, unreachable } from '#gateway/kafka/errors.ts'

const nested = (id: string) =>
  new MultipleErrors('outer', [new NetworkError('x'), new MultipleErrors('inner', [new ProtocolError(id)])])

test('finds a protocol id however deep it lies, also in causes', () => {
  expect(findErrorId(nested('NOT_COORDINATOR'))).toBe('NOT_COORDINATOR')
  expect(findErrorId(new NetworkError('x', { cause: nested('NOT_COORDINATOR') }))).toBe('NOT_COORDINATOR')
  expect(findErrorId(new NetworkError('x'))).toBeUndefined()
})

test('both ids of a taken-over producer count as fenced, not one of them only', () => {
  expect(isFenced(nested('PRODUCER_FENCED'))).toBe(true)
  expect(isFenced(nested('INVALID_PRODUCER_EPOCH'))).toBe(true)
  expect(isFenced(nested('CONCURRENT_TRANSACTIONS'))).toBe(false)
})

test('tells a rebalance and an unknown topic from the rest', () => {
  expect(isRebalance(nested('ILLEGAL_GENERATION'))).toBe(true)
  expect(isRebalance(nested('NOT_COORDINATOR'))).toBe(false)
  expect(isUnknownTopic(new UserError('Unknown topic t.'))).toBe(true)
  expect(isUnknownTopic(nested('NOT_COORDINATOR'))).toBe(false)
})

test('what leaves the door names operation and cause, and keeps a catalogue error as it is', () => {
  const error = unreachable('produce', nested('NOT_ENOUGH_REPLICAS'))
  expect(error.code).toBe('HUB_KAFKA_UNREACHABLE')
  expect(error.facts).toEqual({ operation: 'produce', cause: 'NOT_ENOUGH_REPLICAS' })
  expect(error.message).toBe('Kafka did not confirm: produce (NOT_ENOUGH_REPLICAS)')
  expect(unreachable('x', error)).toBe(error)
  expect(causeOf(error)).toBe('NOT_ENOUGH_REPLICAS')
})
