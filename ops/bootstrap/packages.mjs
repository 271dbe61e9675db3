// Packages and the project's own Node 24. A stamp inside node_modules makes the second time quick.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asSetupError, diskFull, requireSpace, speaksOfFullDisk } from './disk.mjs'
import { progressMessages, SetupError } from './messages.mjs'

export function hashOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

export function nodePath(root) {
  return join(root, 'node_modules', 'node', 'bin', 'node')
}

export async function ensurePackages({ root, logFile, children }) {
  const stamp = join(root, 'node_modules', '.hub-stamp')
  const wanted = hashOf(join(root, 'package-lock.json'))
  if (readOrEmpty(stamp) === wanted) return
  if (!installedByHand(root)) {
    requireSpace(root)
    await npm(root, logFile, children, progressMessages.packages, ['ci', '--no-audit', '--no-fund'])
  }
  await ensureNode24(root, logFile, children)
  try {
    writeFileSync(stamp, wanted)
  } catch (error) {
    throw asSetupError(error, join(root, 'node_modules'))
  }
}

async function ensureNode24(root, logFile, children) {
  if (isNode24(root)) return
  await npm(root, logFile, children, progressMessages.node, ['rebuild', 'node', '--ignore-scripts=false'])
  if (!isNode24(root)) throw new SetupError('HUB_SETUP_NODE_INCOMPLETE')
}

function isNode24(root) {
  const result = spawnSync(nodePath(root), ['--version'], { encoding: 'utf8' })
  return result.status === 0 && result.stdout.startsWith('v24.')
}

async function npm(root, logFile, children, progress, args) {
  // Started by npm, the same npm goes on; started by hand, the one on the PATH.
  const script = process.env.npm_execpath
  const [command, ...before] = script?.endsWith('.js') ? [process.execPath, script] : ['npm']
  const { code, text } = await children
    .step(progress, logFile, command, [...before, ...args], { cwd: root, env: withoutProduction() })
    .catch(error => {
      if (error.code === 'ENOENT') throw new SetupError('HUB_SETUP_NPM_MISSING')
      throw asSetupError(error, root)
    })
  if (code === 0) return
  if (speaksOfFullDisk(text)) throw diskFull(root)
  throw new SetupError('HUB_SETUP_NPM_FAILED', { log: logFile })
}

// With NODE_ENV=production npm would leave out what lint and tests need.
function withoutProduction() {
  const { NODE_ENV: _, ...rest } = process.env
  return rest
}

function readOrEmpty(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** Somebody ran npm by hand: npm's own record of what is installed agrees with the lock file. */
export function installedByHand(root) {
  try {
    const read = file => JSON.parse(readFileSync(join(root, file), 'utf8')).packages
    const locked = read('package-lock.json')
    const installed = read('node_modules/.package-lock.json')
    return Object.entries(locked).every(
      ([path, entry]) => path === '' || entry.optional || installed[path]?.version === entry.version,
    )
  } catch {
    return false
  }
}
