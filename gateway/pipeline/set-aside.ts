// An invalid message or a dead letter: the original bytes untouched, the cause in its headers. Never a value from the message.
import { HubError, isHubError } from '#schemas/errors.ts'
import type { InRecord, OutRecord } from '../kafka/port.ts'
import { nameOf } from '../supervise.ts'

export function invalidRecord(topic: string, input: InRecord, error: HubError): OutRecord {
  const { pointer, rule } = error.facts
  return {
    topic,
    key: input.headers.ce_id ?? input.key,
    value: input.value,
    headers: {
      ...input.headers,
      hub_error_code: error.code,
      hub_error_stage: error.entry.stage,
      ...(pointer === undefined ? {} : { hub_error_pointer: String(pointer) }),
      ...(rule === undefined ? {} : { hub_error_rule: String(rule) }),
      hub_origin_topic: input.topic,
      hub_origin_partition: String(input.partition),
      hub_origin_offset: String(input.offset),
    },
  }
}

const faultCodes = {
  translate: 'HUB_TRANSLATE_FAULT',
  correlate: 'HUB_CORRELATE_FAULT',
  route: 'HUB_ROUTE_FAULT',
} as const

/** What is said of a record on which a stage breaks every time: the stage's own word where it gave one. */
export function faultOf(stage: string, error: unknown): HubError {
  if (isHubError(error)) return error
  return new HubError(
    faultCodes[stage as keyof typeof faultCodes] ?? 'HUB_STAGE_FAILED',
    { stage, rule: nameOf(error) },
    error,
  )
}
