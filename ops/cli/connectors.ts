// The connectors that a command is about: all of them, or the one that was named.
import { basename } from 'node:path'
import { type Connector, connectorDirs, loadConnector, loadWorld } from '#gateway/index.ts'
import { HubError } from '#schemas/errors.ts'

/** Throws HUB_CLI_NO_CONNECTOR when there is none of that name. */
export async function chosenConnectors(root: string, id: string | undefined): Promise<Connector[]> {
  const dirs = connectorDirs(root)
  const chosen = id === undefined ? dirs : dirs.filter(dir => basename(dir) === id)
  if (id !== undefined && chosen.length === 0)
    throw new HubError('HUB_CLI_NO_CONNECTOR', { id, known: dirs.map(dir => basename(dir)).join(' ') })
  const world = loadWorld(root)
  const connectors: Connector[] = []
  for (const dir of chosen) connectors.push(await loadConnector(root, dir, world))
  return connectors
}
