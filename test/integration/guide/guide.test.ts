// connectors/README.md as somebody follows it: every command of the page, in order, in a copy of the repository, with the hub
// and the broker that the page starts; and what the page says that they print.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import { copyRepository } from '../../helpers/repository-copy.ts'
import { type Block, folded, readPage, type Said } from './page.ts'
import { Terminals } from './terminal.ts'

const repository = join(import.meta.dirname, '../../..')
const page = readPage(readFileSync(join(repository, 'connectors/README.md'), 'utf8'))
const jsonOf = (path: string) => JSON.parse(readFileSync(join(repository, path), 'utf8')) as object

test('no fence of the page is one that nobody executes', () => {
  expect(page.unread).toEqual([])
  expect(page.steps.filter(one => one.kind === 'stays')).toHaveLength(2)
  expect(page.steps.length).toBeGreaterThan(25)
})

test('every example of a manifest fits', () => {
  const template = readFileSync(join(repository, 'ops/cli/templates/connectors/manifest.yaml.template'), 'utf8')
  const manifest = parse(template.replaceAll('{{id}}', 'mytown')) as object
  const fits = new Ajv2020({ strict: false }).compile(jsonOf('schemas/files/manifest.schema.json'))
  expect(page.examples.length).toBeGreaterThan(3)
  for (const { line, yaml } of page.examples) {
    fits({ ...manifest, ...(parse(yaml) as object) })
    expect(fits.errors, `line ${line}`).toBeNull()
  }
})

test('every command of the page does what the page says', async () => {
  const copy = copyRepository(['node_modules', '.cache'])
  onTestFinished(() => copy.remove())
  const [http, kafka] = await freePorts(2)
  const { PATH, HOME } = process.env
  const variables = { PATH, HOME, NO_COLOR: '1', HUB_HTTP_PORT: String(http), HUB_KAFKA_PORT: String(kafka) }
  const terminals = new Terminals(copy.root, variables)
  onTestFinished(() => terminals.close())
  let recent = ''
  for (const step of page.steps) {
    if (step.kind === 'right') {
      await mustHold(terminals, step, recent)
      recent = ''
    } else recent += await execute(terminals, step)
  }
  await terminals.until('all but the hub have ended', () => terminals.ended().length === 1)
  expect(terminals.ended()).toEqual([0])
  expect(copy.changed().filter(line => !/^\?\? (connectors|mappings)\/mytown\//.test(line))).toEqual([])
}, 600_000)

async function execute(terminals: Terminals, { kind, line, commands, awaits }: Block): Promise<string> {
  if (kind === 'stays') {
    await terminals.stay(commands, awaits!)
    return ''
  }
  if (awaits !== undefined) await terminals.until(`line ${line}: ${awaits}`, () => terminals.printed().includes(awaits))
  const { code, printed } = await terminals.run(commands)
  expect({ failed: code !== 0 }, `line ${line}: ${commands}\n${printed}`).toEqual({ failed: kind === 'fails' })
  return printed
}

async function mustHold(terminals: Terminals, { line, printed, notPrinted }: Said, recent: string): Promise<void> {
  const seen = () => folded(`${recent}\n${terminals.printed()}`)
  for (const words of printed) await terminals.until(`line ${line}: ${words}\n${recent}`, () => seen().includes(words))
  for (const words of notPrinted) expect(folded(recent), `line ${line}`).not.toContain(words)
}
