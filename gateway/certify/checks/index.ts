// From an exchange to its check.
import type { Exchange } from '#schemas/exchanges.ts'
import type { Stand } from '../stand.ts'
import type { Check } from '../types.ts'
import { refused, repeat, taken } from './incoming.ts'
import { delivered, recovery, refusal } from './outgoing.ts'
import { copy, joined, lookUp } from './receiver.ts'
import { charset, clock } from './traits.ts'

export function checkOf(stand: Stand, exchange: Exchange): Check {
  const { expect } = exchange
  switch (expect.kind) {
    case 'taken':
      return taken(stand, expect)
    case 'repeat':
      return repeat(stand, expect)
    case 'refused':
      return refused(stand, expect)
    case 'clock':
      return clock(stand, expect)
    case 'charset':
      return charset(stand)
    case 'delivered':
      return delivered(stand, expect)
    case 'refusal':
      return refusal(stand, expect, exchange)
    case 'recovery':
      return recovery(stand, expect)
    case 'joined':
      return joined(stand, expect)
    case 'copy':
      return copy(stand, expect)
    case 'look-up':
      return lookUp(stand, expect)
  }
}

/** Kinds that need a subscription to deliver through. */
export const outgoingKinds: readonly string[] = ['delivered', 'refusal', 'recovery', 'copy', 'look-up']
