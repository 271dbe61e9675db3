// An invalid message: the original bytes untouched, the cause in its headers. Never a value from the message.
import type { HubError } from '#schemas/errors.ts'
import type { InRecord, OutRecord } from '../kafka/port.ts'

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
