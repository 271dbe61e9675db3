// A source over a real exchange folder, and what became of each file, step by step.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import type { ItemResult } from '#connectors/sdk.ts'
import { isUnread } from '#gateway/formats/read.ts'
import type { Connector } from '#gateway/loader/connector.ts'
import { problemOf } from '#gateway/receive/answer.ts'
import type { Find, Source, SourceItem } from '#gateway/sources/port.ts'
import { fileSource } from '#gateway/transports/file-drop/source.ts'
import { isHubError } from '#schemas/errors.ts'
import type { MessageFormat } from '#schemas/files.ts'
import type { FilesSpec, WayConfig } from '#schemas/transport.ts'

export const layout: FilesSpec = {
  in: { folder: 'out', names: [{ like: 'case-*.json', message: 'case' }] },
  out: { folder: 'in', name: '{message}_{case}_{event}_{delivery}.json' },
}

const json: MessageFormat = { format: 'json' }

export interface Rig {
  readonly root: string
  readonly way: WayConfig
  /** Lays a file out; with its mark unless told otherwise. */
  lay(name: string, content: string | Uint8Array, marked?: boolean): void
  names(folder: string): string[]
  json(path: string): Record<string, never>
  source(slot: string, more?: { files?: FilesSpec; way?: WayConfig; format?: MessageFormat }): Source
  readonly notices: string[]
  /** The clock of all sources. */
  now: number
}

export function rig(): Rig {
  const root = mkdtempSync(join(tmpdir(), 'exchange-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const folder of ['out', 'in']) mkdirSync(join(root, folder))
  const notices: string[] = []
  const one: Rig = {
    root,
    way: { url: pathToFileURL(root).href },
    notices,
    now: Date.parse('2026-07-06T01:00:00Z'),
    lay(name, content, marked = true) {
      writeFileSync(join(root, name), content)
      if (marked) writeFileSync(join(root, `${name}.done`), '')
    },
    names: folder => (existsSync(join(root, folder)) ? readdirSync(join(root, folder)).sort() : []),
    json: path => JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, never>,
    source(slot, { files = layout, way = one.way, format = json } = {}) {
      const source = fileSource({
        system: { id: 'unit', connector: 'toy', area: '330106', prefecture: '3301' },
        connector: connector(files, format),
        way,
        positions: { get: () => undefined, put: async () => undefined },
        push: { send: () => Promise.reject(), tell: () => Promise.reject(), close: async () => undefined },
        now: () => new Date(one.now),
        slot,
        notice: (kind, name) => void notices.push(`${kind} ${name}`),
      })
      onTestFinished(() => source.close())
      return source
    },
  }
  return one
}

function connector(files: FilesSpec, format: MessageFormat): Connector {
  return {
    manifest: {
      messages: {
        case: { contract: '', ...format, numbers: ['/no'] },
        answer: { contract: '', format: 'json', numbers: [], answer: true },
      },
      transport: { files },
    },
  } as unknown as Connector
}

/** What the hub would say of each item: those that say `bad` are refused. */
export function judged(items: readonly SourceItem[]): ItemResult[] {
  return items.map((item): ItemResult => {
    const { index } = item
    const problem = { code: 'HUB_RECEIVE_CONTRACT', zh: '不符', en: 'no', pointer: '/no' }
    if (isUnread(item)) return { index, status: 'refused', numbers: [], problem: problemOf(item.error) }
    const isBad = (item.tree as { bad?: unknown }).bad !== undefined
    return isBad ? { index, status: 'refused', numbers: [], problem } : { index, status: 'accepted', numbers: [] }
  })
}

/** Reads one find as the loop does; the items it gave. */
export async function readAll(find: Find, store: typeof judged = judged): Promise<SourceItem[]> {
  const seen: SourceItem[] = []
  try {
    for await (const chunk of find.items()) {
      await find.settled(store(chunk))
      seen.push(...chunk)
    }
  } catch (error) {
    if (!isHubError(error) || error.entry.retryable) throw error
    await find.end(problemOf(error))
    return seen
  }
  await find.end()
  return seen
}

/** Everything that is there now, find after find. */
export async function drain(source: Source): Promise<SourceItem[]> {
  const seen: SourceItem[] = []
  for (;;) {
    const find = await source.next()
    if (!find) return seen
    seen.push(...(await readAll(find)))
  }
}

export function treesOf(items: readonly SourceItem[]): unknown[] {
  return items.map(item => (isUnread(item) ? item.error.code : item.tree))
}
