// What the Kafka door is told once, and the library options that follow from it.

import type { ConnectionOptions as TlsOptions } from 'node:tls'
import type { SASLOptions } from '@platformatic/kafka'

export type KafkaLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  event: string,
  facts: Readonly<Record<string, string | number | boolean | undefined>>,
) => void

export interface OpenOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly log?: KafkaLog
  /** At most 10 000: an open transaction of a dead member holds back every reader for that long. */
  readonly transactionTimeoutMs?: number
  readonly sasl?: SASLOptions
  readonly tls?: TlsOptions
  /** Monotonic milliseconds, for deadlines only. */
  readonly now?: () => number
}

export interface Settings {
  readonly brokers: string[]
  readonly clientId: string
  readonly log: KafkaLog
  readonly transactionTimeoutMs: number
  readonly sasl: SASLOptions | undefined
  readonly tls: TlsOptions | undefined
  readonly now: () => number
}

const maxTransactionMs = 10_000

export function settle(options: OpenOptions): Settings {
  return {
    brokers: [...options.brokers],
    clientId: options.clientId,
    log: options.log ?? (() => {}),
    transactionTimeoutMs: Math.min(options.transactionTimeoutMs ?? maxTransactionMs, maxTransactionMs),
    sasl: options.sasl,
    tls: options.tls,
    now: options.now ?? (() => performance.now()),
  }
}

/** Options common to all library objects. All brokers are bootstrap brokers (G10); retries are ours, not the library's. */
export function baseOptions(settings: Settings) {
  return {
    clientId: settings.clientId,
    bootstrapBrokers: settings.brokers,
    connectTimeout: 2000,
    requestTimeout: 5000,
    metadataMaxAge: 5000,
    autocreateTopics: false,
    retries: 0,
    retryDelay: 200,
    ...(settings.sasl ? { sasl: settings.sasl } : {}),
    ...(settings.tls ? { tls: settings.tls } : {}),
  }
}
