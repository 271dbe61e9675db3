// Free and taken ports, found out by listening.
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { HubError } from '#schemas/errors.ts'

export async function requireFreePort(port: number): Promise<void> {
  const server = createServer()
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true })
    await once(server, 'listening')
  } catch (error) {
    throw new HubError('HUB_START_PORT_TAKEN', { port }, error)
  } finally {
    server.close()
  }
}

// Below the ports that Linux (32768 up) and others (49152 up) give to outgoing connections: one of those would be free now and
// taken by any client a moment later.
const lowest = 20_000
const highest = 32_000

/** `count` ports that are free now, held together until all are known so that none is given twice. */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = []
  const ports: number[] = []
  try {
    for (let tries = 0; ports.length < count && tries < 1000; tries += 1) {
      const port = randomInt(lowest, highest)
      const server = createServer()
      server.listen({ port, host: '127.0.0.1', exclusive: true })
      const isFree = await once(server, 'listening').then(
        () => true,
        () => false,
      )
      if (!isFree) continue
      held.push(server)
      ports.push(port)
    }
  } finally {
    await Promise.all(held.map(server => new Promise(closed => server.close(closed))))
  }
  if (ports.length < count) throw new HubError('HUB_START_PORT_TAKEN', { port: lowest })
  return ports
}
