// What the embedded broker is told, and what it hands back.

export interface BrokerOptions {
  /** The cache folder (`.cache`); the jars lie in `kafka/<version>` under it. */
  readonly cacheDir: string
  /** Holds the log, the settings and the pid file; survives restarts. */
  readonly dataDir: string
  readonly port: number
  /** Defaults to the next port. */
  readonly controllerPort?: number
  readonly heapMb?: number
  /** For a broker that works for minutes: slower at first, faster then. */
  readonly isLongRun?: boolean
  readonly nodeId?: number
  /** Static quorum, `1@127.0.0.1:19093,2@…`; left out: this node alone. */
  readonly voters?: string
  /** Must be the same on all nodes of one cluster; left out: drawn at the first start. */
  readonly clusterId?: string
  /** Further lines of server.properties; they win over ours. */
  readonly extra?: Readonly<Record<string, string>>
  readonly log?: (line: string) => void
}

export interface Exit {
  readonly code: number | null
  readonly signal: string | null
}

export interface Broker {
  /** `host:port`, ready for a client. */
  readonly brokers: string
  readonly pid: number
  /** SIGTERM, then SIGKILL after 15 s. Calling it again waits for the same end. */
  stop(): Promise<void>
  /** SIGKILL, for tests and as a last resort. */
  kill(): void
  readonly exited: Promise<Exit>
}
