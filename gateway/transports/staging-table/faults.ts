// What a database's error means, by its SQLSTATE. Its text is never used: it may quote values.

/** away: no connection. busy: not now. taken: a unique value is there already. unfit: this row can never be taken in.
 *  setup: a table, a column or a right is not as it should be. */
export type FaultKind = 'away' | 'busy' | 'taken' | 'unfit' | 'setup'

export interface Fault {
  readonly kind: FaultKind
  readonly code: string
}

interface DriverError {
  readonly code?: unknown
  readonly errno?: unknown
  readonly name?: string
  /** Of mysql2, only when the server said it. */
  readonly sqlState?: unknown
  /** Of pg, only when the server said it. */
  readonly severity?: unknown
}

const duplicateKey = 1062
const lockWaitTimeout = 1205

export function faultOf(error: unknown): Fault {
  const said = error as DriverError
  const state = stateOf(said)
  if (state === undefined) return { kind: 'away', code: typeof said.code === 'string' ? said.code : 'CUT' }
  return { kind: kindOf(state, said.errno), code: `SQL_${state}` }
}

function stateOf({ sqlState, severity, code }: DriverError): string | undefined {
  if (typeof sqlState === 'string' && sqlState !== '') return sqlState
  return severity !== undefined && typeof code === 'string' ? code : undefined
}

function kindOf(state: string, errno: unknown): FaultKind {
  if (state === '23505' || errno === duplicateKey) return 'taken'
  // Shutting down, starting up: the server said so instead of cutting the line.
  if (/^(08|57P)/.test(state)) return 'away'
  if (/^(40|53|54|55|57)/.test(state) || errno === lockWaitTimeout) return 'busy'
  return /^2[23]/.test(state) ? 'unfit' : 'setup'
}
