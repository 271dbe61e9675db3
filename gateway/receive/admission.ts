// How much may be under way at once, so that an overloaded hub answers 429 instead of growing until it dies.

export interface Admission {
  /** Lets a request in with the size it declares, or refuses it. Every true is followed by one `leave`. */
  enter(bytes: number): boolean
  leave(bytes: number): void
}

export function createAdmission(maxRequests = 4000, maxBytes = 96 << 20): Admission {
  let requests = 0
  let held = 0
  return {
    enter(bytes) {
      // A large request alone always fits: otherwise it could never be sent.
      if (requests >= maxRequests || (requests > 0 && held + bytes > maxBytes)) return false
      requests += 1
      held += bytes
      return true
    },
    leave(bytes) {
      requests -= 1
      held -= bytes
    },
  }
}
