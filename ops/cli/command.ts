// What a command is.
import type { Text } from '#schemas/errors.ts'
import type { Environment } from './environment.ts'

export interface Command {
  readonly says: Text
  /** Resolves with the exit code. Throws a HubError for people. */
  readonly run: (environment: Environment, args: readonly string[]) => Promise<number>
}
