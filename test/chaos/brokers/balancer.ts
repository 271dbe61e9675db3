// What stands before several hub processes: passes each connection on to the next one that listens.
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Listens on `port` until the test ends. A connection that is under way breaks with its hub. */
export async function balance(port: number, targets: readonly number[]): Promise<void> {
  const open = new Set<Socket>()
  let turn = 0
  const passOn = (client: Socket, tries: number): void => {
    const target = connect(targets[turn++ % targets.length]!, '127.0.0.1')
    const gaveUp = () => (tries < targets.length ? passOn(client, tries + 1) : client.destroy())
    target.once('error', gaveUp)
    target.once('connect', () => {
      target.off('error', gaveUp)
      for (const [one, other] of [
        [client, target],
        [target, client],
      ] as const) {
        one.on('error', () => other.destroy())
        one.on('close', () => other.destroy())
        one.pipe(other)
      }
    })
  }
  const server = createServer({ pauseOnConnect: true }, client => {
    open.add(client)
    client.on('error', () => client.destroy())
    client.on('close', () => open.delete(client))
    passOn(client, 1)
  })
  await new Promise<void>(done => server.listen(port, '127.0.0.1', done))
  onTestFinished(() => {
    for (const one of open) one.destroy()
    server.close()
  })
}
