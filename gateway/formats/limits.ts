// How large what strangers send may be, in one place.

/** 1 MB, a message (domain.md 9.14). */
export const maxMessageBytes = 1_048_576

/** A body that is held in memory: one message with room to spare, or a list of them. */
export const maxWholeBytes = 16 * maxMessageBytes

/** Files are streamed. What they may come to, as sent and once unpacked. */
export const maxFileBytes = 256 << 20
export const maxUnpackedBytes = 2 ** 30

/** Of one chunk that a reader hands on. */
export const maxChunkItems = 500
export const maxChunkBytes = 1 << 20
