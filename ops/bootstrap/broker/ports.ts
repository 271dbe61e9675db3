// Free and taken ports, found out by listening.
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
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

/** `count` ports that are free now, held together until all are known so that none is given twice. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map(server => server.listening || once(server, 'listening')))
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => new Promise(closed => server.close(closed))))
  return ports
}
