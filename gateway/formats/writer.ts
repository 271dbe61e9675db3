// Trees → the body of what goes out, in the format that a manifest declares for a message.
import type { Json } from '#connectors/sdk.ts'
import type { OutboundFormat } from '#schemas/files.ts'
import { writeCsv } from './csv/writer.ts'
import { jsonUtf8 } from './json-reader.ts'
import { writeXml } from './xml/writer.ts'

export interface Written {
  readonly body: Buffer
  readonly contentType: string
}

/** JSON holds one message; XML and CSV any number of them. */
export function writeBody(trees: readonly Json[], { format = 'json', xml = {}, csv = {} }: OutboundFormat): Written {
  if (format === 'xml')
    return { body: writeXml(trees, xml), contentType: `application/xml; charset=${xml.encoding ?? 'utf-8'}` }
  if (format === 'csv')
    return { body: writeCsv(trees, csv), contentType: `text/csv; charset=${csv.encoding ?? 'utf-8'}` }
  return { body: Buffer.from(JSON.stringify(trees[0])), contentType: jsonUtf8 }
}
