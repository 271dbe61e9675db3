// Bytes in pieces, as a network or a disk gives them, and all that a reader makes of them.
import type { Read, ReadStream } from '#gateway/formats/read.ts'
import { openStream } from '#gateway/formats/reader.ts'
import { isHubError } from '#schemas/errors.ts'
import type { MessageFormat } from '#schemas/files.ts'

/** @param sizes of the pieces, over and over; all at once when there are none */
export async function* pieces(bytes: Uint8Array, ...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (let from = 0, n = 0; from < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? bytes.length
    yield bytes.subarray(from, from + size)
    from += size
  }
}

export interface ReadOut {
  readonly reads: readonly Read[]
  /** Code and rule of what ended it before its end. */
  readonly fault: string | undefined
}

export async function readOut(stream: ReadStream): Promise<ReadOut> {
  const reads: Read[] = []
  try {
    for await (const chunk of stream) reads.push(...chunk)
  } catch (error) {
    if (!isHubError(error)) throw error
    return { reads, fault: `${error.code} ${error.facts.rule}` }
  }
  return { reads, fault: undefined }
}

export function readPieces(
  bytes: Uint8Array | string,
  format: MessageFormat,
  { type, sizes = [] }: { readonly type?: string; readonly sizes?: readonly number[] } = {},
): Promise<ReadOut> {
  return readOut(openStream(pieces(Buffer.from(bytes as string), ...sizes), type, format))
}

/** The tree of each place, or the code and rule of its refusal. */
export function said({ reads }: Pick<ReadOut, 'reads'>): unknown[] {
  return reads.map(one => ('error' in one ? `${one.error.code} ${one.error.facts.rule}` : plain(one.tree)))
}

/** Without the difference between objects with and without a prototype. */
export function plain(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree)) as unknown
}
