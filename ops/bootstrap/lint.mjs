// The lint steps, in the order of the quickest answer. Each counts as one test in the closing line.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const packages = 'node_modules'

export function lintSteps(root) {
  const biome = join(packages, '@biomejs', 'biome', 'bin', 'biome')
  const hub = join('ops', 'cli', 'hub.ts')
  const steps = [
    { name: 'biome', args: [biome, 'check', '--error-on-warnings', '.'] },
    { name: 'tsc', args: [join(packages, 'ts7', 'bin', 'tsc'), '-p', '.'] },
    {
      name: 'depcruise',
      args: [join(packages, 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs'), ...cruise(root)],
    },
    // Until the parts are wired, everything is unused.
    {
      name: 'knip',
      needs: join('gateway', 'main.ts'),
      args: [join(packages, 'knip', 'bin', 'knip.js'), '--no-progress'],
    },
    { name: 'hub lint', args: [hub, 'lint'] },
  ]
  return steps.filter(step => {
    const needed = step.needs ?? step.args[0]
    const there = existsSync(join(root, needed))
    if (!there) process.stdout.write(`– ${step.name}: skipped, ${needed} is not there\n`)
    return there
  })
}

function cruise(root) {
  const folders = ['schemas', 'mappings', 'connectors', 'gateway', 'ops', 'test']
  return ['--config', '.dependency-cruiser.mjs', ...folders.filter(folder => existsSync(join(root, folder)))]
}
