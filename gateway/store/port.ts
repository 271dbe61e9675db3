// Derived state outside Kafka: a sorted key-value store with positions. A cache, never the truth: delete it at any moment.

export type Changes = Iterable<readonly [key: string, value: Buffer | null]>

export interface Store {
  get(key: string): Buffer | undefined
  /** One transaction: values (null removes) and the positions they belong to. */
  write(changes: Changes, positions?: Readonly<Record<string, string>>): void
  /** Where the state stands, as the owner wrote it; undefined in a new store. */
  position(name: string): string | undefined
  /** All positions. */
  positions(): Readonly<Record<string, string>>
  /** Entries whose key starts so, in key order. */
  scan(prefix: string, limit?: number): Iterable<readonly [key: string, value: Buffer]>
  /** Forgets everything. */
  clear(): void
  close(): void
}
