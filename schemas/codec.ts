// Avro values with the Confluent prefix: byte 0, schema id as int32 big-endian, Avro body.
import type avro from 'avsc'
import { avroType, type Schema } from './avro.ts'
import { HubError } from './errors.ts'

/** One released schema version with the id that stands in the prefix. */
export interface Release {
  readonly id: number
  readonly schema: Schema
}

/** Encodes with the newest release, decodes any release into the newest shape. Pure and synchronous. */
export class Codec<T> {
  readonly #newest: avro.Type
  readonly #newestId: number
  readonly #writers = new Map<number, { type: avro.Type; resolver: avro.Resolver | undefined }>()

  /** @param releases oldest first; the last one is what is written. */
  constructor(releases: readonly Release[]) {
    const newest = releases.at(-1)!
    this.#newest = avroType(newest.schema)
    this.#newestId = newest.id
    for (const { id, schema } of releases) {
      const type = id === newest.id ? this.#newest : avroType(schema)
      this.#writers.set(id, {
        type,
        resolver: id === newest.id ? undefined : (this.#newest.createResolver(type) as avro.Resolver),
      })
    }
  }

  /** Throws HUB_ENCODE_INVALID naming the first field path that does not fit. */
  encode(value: T): Buffer {
    try {
      const body = this.#newest.toBuffer(value)
      const out = Buffer.allocUnsafe(body.length + 5)
      out[0] = 0
      out.writeInt32BE(this.#newestId, 1)
      body.copy(out, 5)
      return out
    } catch (cause) {
      throw new HubError('HUB_ENCODE_INVALID', { path: this.#wrongPath(value) }, cause)
    }
  }

  /** Throws HUB_DECODE_UNKNOWN_SCHEMA or HUB_DECODE_INVALID. */
  decode(bytes: Buffer): T {
    const id = bytes.length > 5 && bytes[0] === 0 ? bytes.readInt32BE(1) : undefined
    const writer = id === undefined ? undefined : this.#writers.get(id)
    if (!writer) throw new HubError('HUB_DECODE_UNKNOWN_SCHEMA', { id: id ?? 'none' })
    try {
      return writer.type === this.#newest
        ? this.#newest.fromBuffer(bytes.subarray(5))
        : this.#newest.fromBuffer(bytes.subarray(5), writer.resolver)
    } catch (cause) {
      throw new HubError('HUB_DECODE_INVALID', { id: id! }, cause)
    }
  }

  #wrongPath(value: T): string {
    let path = '?'
    this.#newest.isValid(value, {
      errorHook: found => {
        if (path === '?') path = found.join('.')
      },
    })
    return path
  }
}
