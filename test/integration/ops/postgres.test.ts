// The database server that tests and bench bring themselves.
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { startPostgres } from '#ops/bootstrap/databases/postgres.ts'

const folders = () => readdirSync(tmpdir()).filter(name => name.startsWith('hub-postgres-'))

it('says why PostgreSQL does not start, and leaves nothing behind', async () => {
  const before = folders()
  await expect(startPostgres(['no_such_setting=1'])).rejects.toMatchObject({
    code: 'HUB_START_DATABASE',
    facts: { server: 'PostgreSQL', what: 'ended while starting' },
  })
  expect(folders().filter(name => !before.includes(name))).toEqual([])
})
