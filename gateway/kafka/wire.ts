// The few library internals we lean on, each behind a promise: a connection to one node, an API at a version both sides speak.
import { type API, type Connection, kGetApi, kGetBootstrapConnection, kGetConnection } from '@platformatic/kafka'

type Callback<T> = (error: Error | null, result?: T) => void

export interface Broker {
  readonly host: string
  readonly port: number
}

/** What any object of the library offers us. */
export interface Client {
  clearMetadata(): void
  [kGetConnection](broker: Broker, callback: Callback<Connection>): void
  [kGetBootstrapConnection](callback: Callback<Connection>): void
  [kGetApi]<A extends unknown[], R>(name: string, callback: Callback<API<A, R>>): void
}

export function promised<T>(start: (callback: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(error) : resolve(result as T)))
  })
}

export function connectionTo(client: Client, broker: Broker): Promise<Connection> {
  return promised(callback => client[kGetConnection](broker, callback))
}

export function bootstrapConnection(client: Client): Promise<Connection> {
  return promised(callback => client[kGetBootstrapConnection](callback))
}

/** The newest version of an API that the library and the broker share. */
export function apiOf<A extends unknown[], R>(client: Client, name: string): Promise<API<A, R>> {
  return promised(callback => client[kGetApi]<A, R>(name, callback))
}

export function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
