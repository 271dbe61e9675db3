// The front door: `npm start`, `npm test` and all others begin here, on whatever Node the machine has.
// The rest is imported only after the version is known: an old Node would stumble over it without saying why.
import { requireNode } from './node-version.mjs'

async function enter() {
  requireNode(process.versions.node)
  const { main } = await import('./main.mjs')
  return main(process.argv.slice(2))
}

enter().then(
  code => process.exit(code),
  error => {
    process.stderr.write(`${(error.lines ?? [error.stack]).join('\n')}\n`)
    process.exit(1)
  },
)
