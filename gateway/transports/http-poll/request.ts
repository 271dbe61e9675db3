// The question for one page, out of the manifest's texts.
import type { HttpMessage } from '#connectors/sdk.ts'
import { timeWriter, zoneOf } from '#mappings/engine/index.ts'
import type { PollSpec } from '#schemas/transport.ts'
import type { Pass } from './position.ts'

const beijing = zoneOf('Asia/Shanghai')

export function pageRequest(spec: PollSpec, pass: Pass, ticket: string | undefined): HttpMessage {
  const { watermark } = spec
  const since =
    pass.since === null || !watermark ? (watermark?.start ?? '') : timeWriter(watermark.format)(pass.since, beijing)
  const values: Readonly<Record<string, string>> = {
    page: String(pass.page),
    size: String(spec.size),
    since,
    ticket: ticket ?? '',
  }
  const fill = (texts: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(
      Object.entries(texts)
        .map(([name, text]) => [
          name,
          text.replace(/\{(page|size|since|ticket)\}/g, (_, word: string) => values[word]!),
        ])
        .filter(([, text]) => text !== ''),
    )
  return { method: 'GET', path: spec.path, query: fill(spec.query), headers: fill(spec.headers), body: Buffer.alloc(0) }
}
