// Java's default partitioner, so that any Kafka client finds a key's partition. The library's own differs for negative hashes.

const seed = 0x9747b28c
const mix = 0x5bd1e995

/** MurmurHash2, 32 bit, as org.apache.kafka.common.utils.Utils computes it. Signed result. */
export function murmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const whole = bytes.length & ~3
  let hash = seed ^ bytes.length
  for (let i = 0; i < whole; i += 4) {
    let word = Math.imul(view.getInt32(i, true), mix)
    word = Math.imul(word ^ (word >>> 24), mix)
    hash = Math.imul(hash, mix) ^ word
  }
  const rest = bytes.length - whole
  if (rest > 2) hash ^= bytes[whole + 2]! << 16
  if (rest > 1) hash ^= bytes[whole + 1]! << 8
  if (rest > 0) hash = Math.imul(hash ^ bytes[whole]!, mix)
  hash = Math.imul(hash ^ (hash >>> 13), mix)
  return hash ^ (hash >>> 15)
}

/** The partition of a key; records without one go to partition 0, since their topics have only that. */
export function partitionOf(key: Uint8Array | null, partitions: number): number {
  return key === null ? 0 : (murmur2(key) & 0x7fffffff) % partitions
}
