// The entries of a zip file, one after the other, unpacked as they are read.

import { Budget } from '../budget.ts'
import type { Source } from '../read.ts'
import { Bytes } from './bytes.ts'
import { contentOf } from './content.ts'
import { checkDirectory, readEntryHeader, readSignature, signatures } from './headers.ts'

/** Throws HUB_RECEIVE_PACKED, also out of an entry. Each entry must be read to its end before the next one is asked for. */
export async function* entriesOf(source: Source): AsyncGenerator<Source> {
  const bytes = new Bytes(source)
  const budget = new Budget()
  try {
    for (;;) {
      const signature = await readSignature(bytes)
      if (signature !== signatures.entry) return await checkDirectory(bytes, signature, budget.entries)
      budget.enter()
      yield contentOf(bytes, await readEntryHeader(bytes), budget)
    }
  } finally {
    await bytes.close()
  }
}
