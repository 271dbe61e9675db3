// A worker as a process of its own: claims until nothing is left and says which rows it had. With `stall` it claims one
// batch, says so, and never settles it.
import type { Source, SourceParts } from '#gateway/sources/port.ts'
import { tableSource } from '#gateway/transports/staging-table/source.ts'
import type { TableIn } from '#schemas/tables.ts'
import type { WayConfig } from '#schemas/transport.ts'

export interface WorkerJob {
  readonly way: WayConfig
  readonly spec: TableIn
  readonly slot: string
  readonly stall?: boolean
}

const { way, spec, slot, stall } = JSON.parse(process.argv[2]!) as WorkerJob
const manifest = { messages: {}, transport: { table: { in: [spec] } } }
const parts = { system: { id: 'town' }, connector: { manifest }, way, slot }
const source: Source = tableSource(parts as unknown as SourceParts)
process.on('disconnect', () => process.exit(0))

const rows: number[] = []
process.send!({ ready: true })
await new Promise(begin => process.once('message', begin))
for (let find = await source.next(); find; find = await source.next()) {
  if (stall) {
    process.send!({ rows: ['claimed'] })
    await new Promise(() => undefined)
  }
  for await (const chunk of find.items()) {
    for (const item of chunk) rows.push((item as unknown as { tree: { id: number } }).tree.id)
    await find.settled(chunk.map((_, index) => ({ index, status: 'accepted', numbers: [], messageId: slot })))
  }
  await find.end()
}
process.send!({ rows })
