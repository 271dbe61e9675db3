// Who a producer is: its id and epoch (G1, G3, G4, G9).
import { type API, addPartitionsToTxnV3, kGetApi, Producer } from '@platformatic/kafka'
import { findErrorId } from '../errors.ts'
import type { Identity } from '../node-sender.ts'
import { baseOptions, type Settings } from '../settings.ts'
import { sleep } from '../wire.ts'

type Callback<T> = (error: Error | null, result?: T) => void

const concurrentIds = new Set(['CONCURRENT_TRANSACTIONS'])
const retries = 40

/** G9: the broker is still writing the last transaction's markers; it will be done within milliseconds, not a second. */
function retryDelayMs(_client: object, _operation: string, attempt: number, _retries: number, error: Error): number {
  return findErrorId(error, concurrentIds) ? Math.min(500, 1.3 ** attempt) : 250
}

/** A library producer whose id is asked for rightly. */
export class GuardedProducer extends Producer {
  /** G1: without -1 the library asks for producer 0, which a broker that knows the transactional id answers by fencing.
   *  With `known`, the broker is asked whether this identity is still the last one (KIP-360). */
  constructor(settings: Settings, transactionalId?: string, known?: { id: bigint; epoch: number }) {
    super({
      ...baseOptions(settings),
      idempotent: true,
      producerId: known?.id ?? -1n,
      producerEpoch: known?.epoch ?? -1,
      timeout: settings.transactionTimeoutMs,
      ...(transactionalId === undefined ? {} : { transactionalId }),
      retries: transactionalId === undefined ? 0 : retries,
      retryDelay: retryDelayMs,
    })
  }

  /** Asks for the transactional id: fences whoever had it and ends what they left open. */
  async takeOver(): Promise<void> {
    const first = await this.beginTransaction()
    await first.cancel()
  }

  /** G3: from version 4 on this request is for brokers among themselves and needs their rights. */
  override [kGetApi]<A extends unknown[], R>(name: string, callback: Callback<API<A, R>>): void {
    if (name !== 'AddPartitionsToTxn') {
      super[kGetApi](name, callback)
      return
    }
    super[kGetApi](name, error =>
      callback(error, error ? undefined : (addPartitionsToTxnV3.api as unknown as API<A, R>)),
    )
  }
}

/** A fresh identity for writes outside transactions; asks until the deadline. */
export async function idempotentIdentity(library: Producer, now: () => number, deadline: number): Promise<Identity> {
  for (;;) {
    try {
      const { producerId, producerEpoch } = await library.initIdempotentProducer({})
      return { id: producerId, epoch: producerEpoch, transactionalId: null }
    } catch (error) {
      if (now() >= deadline) throw error
      library.clearMetadata()
      await sleep(100)
    }
  }
}
