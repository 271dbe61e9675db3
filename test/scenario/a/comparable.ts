// What may differ between two runs of the same story: ids made from ours, and the clocks that ran while it was played.
import type { Json } from '#connectors/sdk.ts'

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g
const time = /\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/g
const millis = /(?<=:)\d{13}(?=[,}])/g

type Span = readonly [from: Date, to: Date]

/** Each distinct id becomes <uuid-n> in order of appearance, each time inside a span the name of that clock. */
export function comparable(tree: Json, clocks: Readonly<Record<string, Span>>): Json {
  const ids = new Map<string, string>()
  const spans = Object.entries(clocks).map(([name, [from, to]]) => [name, clock(from), clock(to)] as const)
  const nameOf = (said: string) => spans.find(([, from, to]) => from < said && said <= to)?.[0]
  const text = JSON.stringify(tree)
    .replaceAll(uuid, id => {
      if (!ids.has(id)) ids.set(id, `<uuid-${ids.size + 1}>`)
      return ids.get(id)!
    })
    .replaceAll(time, said => {
      const name = nameOf(said)
      return name ? `<${name}>` : said
    })
    .replaceAll(millis, said => {
      const name = nameOf(clock(new Date(Number(said))))
      return name ? `"<${name}>"` : said
    })
  return JSON.parse(text) as Json
}

/** Zhejiang time, as the systems write it. */
function clock(at: Date): string {
  return new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}
