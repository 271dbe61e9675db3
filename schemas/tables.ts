// How rows in a database between two systems are used, as a manifest says it: names of tables and columns, codes of states.

export interface TableTransport {
  /** Tables whose rows are messages for the hub. */
  readonly in?: readonly TableIn[]
  /** Tables in which the hub lays its own messages. */
  readonly out?: readonly TableOut[]
}

export interface TableIn {
  readonly message: string
  readonly table: string
  /** Column that is unique. */
  readonly key: string
  /** Column by which the oldest come first; it needs an index together with the state. Left out: as the database has them. */
  readonly order?: string
  readonly state: RowStates
  readonly claim: RowClaim
  /** Counts how often a row could not be read. May be the state's own column: then the count is the state. */
  readonly tries?: { readonly column: string; readonly max: number }
  /** Column for the message id of what was taken in, or for the code of the problem. */
  readonly note?: string
  /** Column with the time at which the owner last changed the row, finer than seconds. */
  readonly stamp?: string
  /** Columns of the message; all but those named above when left out. */
  readonly columns?: readonly string[]
  readonly parts?: readonly TablePart[]
}

/** Codes of the state column. */
export interface RowStates {
  readonly column: string
  /** Rows for the hub; the first one is what a row is given back as. */
  readonly new: readonly string[]
  /** Left out where the owner knows no such state: the claim's own columns then say it alone. */
  readonly claimed?: string
  readonly done: string
  readonly conflict: string
  readonly failed: string
}

/** Columns of the hub beside the owner's. */
export interface RowClaim {
  readonly by: string
  readonly at: string
  /** After so long a claim counts for nothing: its worker is dead. Also the rest between two tries. */
  readonly leaseMs: number
}

/** A child table whose rows are put into the message. */
export interface TablePart {
  readonly table: string
  readonly on: { readonly parent: string; readonly child: string }
  /** Pointer in the message. */
  readonly at: string
  readonly as: 'object' | 'list'
  readonly order?: string
  /** All but the joining one when left out. */
  readonly columns?: readonly string[]
  /** Without it the row cannot be read yet: its owner writes the parts after it. */
  readonly required?: boolean
}

export interface TableOut {
  readonly message: string
  readonly table: string
  /** Columns for our own ids; the delivery's must be unique there, so that a repeat is seen. */
  readonly ids: { readonly delivery: string; readonly case?: string; readonly event?: string }
  readonly state?: { readonly column: string; readonly new: string }
  readonly parts?: readonly Pick<TablePart, 'table' | 'on' | 'at'>[]
  /** What the system writes back into our row, as its answer. Needs the state's column and all three ids. */
  readonly answers?: TableAnswers
}

export interface TableAnswers {
  /** Column of the hub: the state that it has taken in. A row whose state is another one is read again. */
  readonly taken: string
  readonly states: readonly { readonly codes: readonly string[]; readonly tree: Readonly<Record<string, TableWord>> }[]
}

/** What stands at a pointer of the answer. */
export type TableWord = { readonly column: string } | { readonly const: string }
