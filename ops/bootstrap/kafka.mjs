// Java, Maven and the Kafka jars. Maven is only needed until the jars are in the cache.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asSetupError, diskFull, makeFolder, requireSpace, speaksOfFullDisk } from './disk.mjs'
import { progressMessages, SetupError } from './messages.mjs'
import { hashOf } from './packages.mjs'

const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies'
const OLDEST_JAVA = 17

export async function ensureKafka({ root, logFile, children }) {
  requireJava()
  const pom = join(root, 'ops', 'bootstrap', 'broker', 'pom.xml')
  const version = /<kafka\.version>([^<]+)</.exec(readFileSync(pom, 'utf8'))[1]
  const folder = join(root, '.cache', 'kafka', version)
  const stamp = join(folder, '.hub-stamp')
  const wanted = hashOf(pom)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  requireSpace(root)
  const fresh = `${folder}.${process.pid}`
  makeFolder(fresh)
  try {
    await copyJars(pom, fresh, logFile, children)
    writeFileSync(join(fresh, '.hub-stamp'), wanted)
    // Only a complete folder gets the name that the broker looks for.
    rmSync(folder, { recursive: true, force: true })
    renameSync(fresh, folder)
  } catch (error) {
    throw asSetupError(error, root)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

async function copyJars(pom, directory, logFile, children) {
  const args = ['-B', '-ntp', '-f', pom, COPY_GOAL, '-DincludeScope=runtime', `-DoutputDirectory=${directory}`]
  const { code, text } = await children.step(progressMessages.kafka, logFile, 'mvn', args).catch(error => {
    if (error.code === 'ENOENT') throw new SetupError('HUB_SETUP_MAVEN_MISSING')
    throw error
  })
  if (code === 0) return
  if (speaksOfFullDisk(text)) throw diskFull(directory)
  throw new SetupError('HUB_SETUP_MAVEN_FAILED', { log: logFile })
}

function requireJava() {
  const home = process.env.JAVA_HOME
  const inHome = home ? join(home, 'bin', 'java') : ''
  const command = inHome !== '' && existsSync(inHome) ? inHome : 'java'
  const result = spawnSync(command, ['-version'], { encoding: 'utf8' })
  if (result.error || result.status !== 0) throw new SetupError('HUB_SETUP_JAVA_MISSING')
  const found = javaMajor(result.stderr)
  if (found < OLDEST_JAVA) throw new SetupError('HUB_SETUP_JAVA_OLD', { found })
}

/** `openjdk version "17.0.15"` → 17, `java version "1.8.0_402"` → 8. */
export function javaMajor(text) {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(text) ?? []
  return first === '1' ? Number(second) : Number(first ?? 0)
}
