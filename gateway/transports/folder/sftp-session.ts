// One SSH connection with its SFTP channel: opened on first use, forgotten when lost. Failures become HUB_FOLDER_FAILED
// whose cause is CUT where the server may have done what it was asked for.
import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { SFTPWrapper } from 'ssh2'
import SftpClient from 'ssh2-sftp-client'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { WayConfig } from '#schemas/transport.ts'

type Answer<T> = (error: Error | null | undefined, value?: T) => void

const connectMs = 15_000
const answerMs = 60_000
const otherKey = 'HOST_KEY'
const quiet = () => undefined

export class SftpSession {
  readonly #way: WayConfig
  readonly #host: string
  #opening: Promise<SFTPWrapper> | undefined
  #client: SftpClient | undefined
  #closed = false

  constructor(way: WayConfig) {
    this.#way = way
    this.#host = new URL(way.url).hostname
    if (/^SHA256:[\w+/]{43}$/.test(way.credentials?.hostKey ?? '')) return
    const rule = 'an sftp:// way needs credentials.hostKey, the SHA256:… fingerprint of the server'
    throw new HubError('HUB_START_CONFIG', { file: 'systems', rule })
  }

  /** One request and its answer. */
  readonly call = async <T>(ask: (sftp: SFTPWrapper, done: Answer<T>) => void): Promise<T> => {
    const sftp = await this.#open()
    return new Promise<T>((resolve, reject) => {
      const lost = () => settle(() => reject(failed('CUT')))
      const timer = setTimeout(() => {
        this.#forget(sftp)
        lost()
      }, answerMs)
      const settle = (end: () => void) => {
        clearTimeout(timer)
        sftp.removeListener('close', lost)
        end()
      }
      sftp.once('close', lost)
      try {
        ask(sftp, (error, value) => settle(() => (error ? reject(faultOf(error)) : resolve(value as T))))
      } catch (error) {
        settle(() => reject(faultOf(error)))
      }
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#opening?.catch(() => undefined)
    await this.#client?.end().catch(() => undefined)
  }

  #open(): Promise<SFTPWrapper> {
    if (this.#closed) return Promise.reject(failed('CLOSED'))
    this.#opening ??= this.#connect().catch(error => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  async #connect(): Promise<SFTPWrapper> {
    const { username, password, privateKey, passphrase, hostKey } = this.#way.credentials ?? {}
    const client = new SftpClient('hub', { error: quiet, end: quiet, close: quiet })
    let cause: string | undefined
    // The client's own error leaves out at which step it failed.
    client.on('error', (error: { level?: string }) => {
      cause ??= error.level
    })
    const sock = await socketTo(new URL(this.#way.url))
    try {
      const sftp = await client.connect({
        sock,
        username: username ?? '',
        ...(password === undefined ? {} : { password }),
        ...(privateKey === undefined ? {} : { privateKey }),
        ...(passphrase === undefined ? {} : { passphrase }),
        readyTimeout: connectMs,
        keepaliveInterval: 10_000,
        keepaliveCountMax: 3,
        hostVerifier: (key: Buffer) => {
          if (fingerprintOf(key) === hostKey) return true
          cause = otherKey
          return false
        },
      })
      sftp.once('close', () => this.#forget(sftp))
      this.#client = client
      return sftp
    } catch (error) {
      sock.destroy()
      if (cause === otherKey) throw new HubError('HUB_FOLDER_HOST_KEY', { host: this.#host }, error)
      throw failed(cause ?? codeOf(error), error)
    }
  }

  /** The next call opens a connection of its own. */
  #forget(sftp: SFTPWrapper): void {
    const client = this.#client
    this.#opening = undefined
    this.#client = undefined
    sftp.end()
    void client?.end().catch(() => undefined)
  }
}

/** As `ssh-keygen -lf` shows it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

function faultOf(error: unknown): HubError {
  if (isHubError(error)) return error
  const { code } = error as { code?: unknown }
  // A numeric code is the server's answer; without one there was none.
  if (typeof code === 'number') return new HubError('HUB_FOLDER_FAILED', { cause: `SFTP_${code}`, status: code }, error)
  return failed('CUT', error)
}

function failed(cause: string, error?: unknown): HubError {
  return new HubError('HUB_FOLDER_FAILED', { cause }, error)
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code ?? 'unknown')
}

/** Questions and answers are small: held back to be sent together, each would take forty milliseconds. */
function socketTo({ hostname, port }: URL): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const host = hostname.replace(/^\[|\]$/g, '')
    const socket = connect({ host, port: Number(port || 22), noDelay: true, timeout: connectMs })
    const fail = (cause: string, error?: unknown) => {
      socket.destroy()
      reject(failed(cause, error))
    }
    socket.once('error', error => fail(codeOf(error), error))
    socket.once('timeout', () => fail('ETIMEDOUT'))
    socket.once('connect', () => {
      socket.removeAllListeners()
      socket.setTimeout(0)
      socket.on('error', quiet)
      resolve(socket)
    })
  })
}
