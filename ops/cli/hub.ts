// The command line: hub <command>. One file a command in commands/; this one only finds it and speaks its errors.
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { isHubError } from '#schemas/errors.ts'
import { readEnvironment } from './environment.ts'

// Stripping the types of some hundred files anew would cost every start half a second; the rest is loaded after this.
enableCompileCache(join(readEnvironment(process.env).root, '.cache', 'compile'))
const { commands } = await import('./commands/index.ts')

const [name = 'help', ...args] = process.argv.slice(2)
const command = commands[name]

if (!command || name === 'help') {
  process.stdout.write(
    `hub <command>\n\n${Object.entries(commands)
      .map(([id, one]) => `  ${id.padEnd(10)} ${one.says.en}  ${one.says.zh}`)
      .join('\n')}\n`,
  )
  process.exit(command || name === 'help' ? 0 : 2)
}

command.run(readEnvironment(process.env), args).then(
  code => process.exit(code),
  (error: unknown) => {
    if (isHubError(error)) {
      const { zh, en } = error.says
      process.stderr.write(`${error.code}\n${zh}。${error.entry.todo.zh}。\n${en}. ${error.entry.todo.en}.\n`)
    } else process.stderr.write(`${(error as Error).stack}\n`)
    process.exit(1)
  },
)
