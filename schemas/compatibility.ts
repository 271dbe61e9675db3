// Compatibility of schema versions by Avro's own resolution rules: FULL_TRANSITIVE is what the hub releases under.
import { avroType, type Schema } from './avro.ts'

export interface Clash {
  readonly reader: number
  readonly writer: number
  readonly reason: string
}

/** Every pair of versions that cannot read each other; empty means FULL_TRANSITIVE. @param versions oldest first */
export function fullTransitiveClashes(versions: readonly Schema[]): readonly Clash[] {
  const types = versions.map(avroType)
  const clashes: Clash[] = []
  for (const [reader, readerType] of types.entries()) {
    for (const [writer, writerType] of types.entries()) {
      if (reader === writer) continue
      try {
        readerType.createResolver(writerType)
      } catch (cause) {
        clashes.push({ reader: reader + 1, writer: writer + 1, reason: (cause as Error).message })
      }
    }
  }
  return clashes
}
