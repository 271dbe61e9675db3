// One error class, one catalogue. The catalogue itself is data, split by area in schemas/errors/.
// Facts name ids, pointers, files and rules: never a value from a message (cases hold personal data).

import { certifyErrors } from './errors/certify.ts'
import { cliErrors } from './errors/cli.ts'
import { encodeErrors } from './errors/encode.ts'
import type { Entry, Facts, Text } from './errors/entry.ts'
import { folderErrors } from './errors/folders.ts'
import { httpErrors } from './errors/http.ts'
import { kafkaErrors } from './errors/kafka.ts'
import { lintErrors } from './errors/lint.ts'
import { mapErrors } from './errors/map.ts'
import { mappingErrors } from './errors/mapping.ts'
import { receiveErrors } from './errors/receive.ts'
import { securityErrors } from './errors/security.ts'
import { sourceErrors } from './errors/sources.ts'
import { stageErrors } from './errors/stages.ts'
import { startErrors } from './errors/start.ts'
import { subscriptionErrors } from './errors/subscriptions.ts'

export type { Entry, Facts, Text } from './errors/entry.ts'

export const catalogue = {
  ...certifyErrors,
  ...cliErrors,
  ...encodeErrors,
  ...folderErrors,
  ...httpErrors,
  ...kafkaErrors,
  ...lintErrors,
  ...mapErrors,
  ...mappingErrors,
  ...receiveErrors,
  ...securityErrors,
  ...sourceErrors,
  ...stageErrors,
  ...startErrors,
  ...subscriptionErrors,
} as const satisfies Record<string, Entry>

export type ErrorCode = keyof typeof catalogue

/** The only error the hub throws on purpose. `message` is the English sentence; `zh` and `todo` come from the catalogue. */
export class HubError extends Error {
  readonly code: ErrorCode
  readonly facts: Facts

  constructor(code: ErrorCode, facts: Facts = {}, cause?: unknown) {
    super(entryOf(code).says(facts).en, cause === undefined ? undefined : { cause })
    this.name = 'HubError'
    this.code = code
    this.facts = facts
  }

  get entry(): Entry {
    return entryOf(this.code)
  }

  get says(): Text {
    return this.entry.says(this.facts)
  }
}

export function entryOf(code: ErrorCode): Entry {
  return catalogue[code]
}

export function isHubError(error: unknown, ...codes: ErrorCode[]): error is HubError {
  return error instanceof HubError && (codes.length === 0 || codes.includes(error.code))
}
