// Which Node may run the set-up.
import { SetupError } from './messages.mjs'

export function requireNode(version) {
  if (Number(version.split('.')[0]) < 20) throw new SetupError('HUB_SETUP_NODE_OLD', { found: version })
}
