// hub ledger codes|fields: what came in and is not known yet, as a running hub has counted it.
import { readArguments, usage } from '../arguments.ts'
import type { Command } from '../command.ts'
import { callHub } from '../http.ts'

const paths: Readonly<Record<string, string>> = { codes: 'unknown-codes', fields: 'unmapped-fields' }

interface Row {
  readonly system: string
  readonly message: string
  readonly table?: string
  readonly pointer: string
  readonly code?: string | null
  readonly count: number
  readonly firstSeen: string
  readonly lastSeen: string
  readonly messageIds: readonly string[]
}

export const ledgerCommand: Command = {
  says: {
    en: 'list unknown codes or unmapped fields that came in',
    zh: '列出收到的未知代码或未映射字段',
  },
  async run(environment, args) {
    const read = readArguments(args, { words: [1, 1], text: ['system'], flags: ['json'] })
    const path = paths[read?.words[0] ?? '']
    if (!read || path === undefined) return usage('hub ledger codes|fields [--system <id>] [--json]')
    const { system } = read.text
    const query = system === undefined ? '' : `?system=${encodeURIComponent(system)}`
    const { rows } = (await callHub(environment, 'GET', `/admin/ledgers/${path}${query}`)) as { rows: readonly Row[] }
    if (read.flags.has('json')) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
    else
      for (const line of [...rows.map(lineOf), `${rows.length} rows  ${rows.length} 行`])
        process.stdout.write(`${line}\n`)
    return 0
  },
}

function lineOf(row: Row): string {
  // A code is a stranger's text: quoted, so that it cannot speak to the terminal.
  const what = row.table === undefined ? [] : [row.table, row.code === null ? '-' : JSON.stringify(row.code)]
  const when = `${row.firstSeen.slice(0, 16)}..${row.lastSeen.slice(0, 16)}`
  return [String(row.count).padStart(6), row.system, row.message, row.pointer, ...what, when, row.messageIds[0]].join(
    '  ',
  )
}
