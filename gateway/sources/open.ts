// Which transport fetches for which way. A new kind of way is one line here and a file under gateway/transports.
import type { FetchedWay } from '#schemas/transport.ts'
import { fileSource } from '../transports/file-drop/source.ts'
import { pollSource } from '../transports/http-poll/source.ts'
import { tableSource } from '../transports/staging-table/source.ts'
import type { Source, SourceParts } from './port.ts'

export type OpenSource = (parts: SourceParts) => Source

export const openers: Readonly<Partial<Record<FetchedWay, OpenSource>>> = {
  'http-poll': pollSource,
  'file-drop': fileSource,
  'staging-table': tableSource,
}
