// Does a subscription ask for this event? Lists are "any of"; parts of a filter are "all of".
import type { CaseRecord } from '#schemas/canonical/types.ts'
import type { SubscriptionFilter } from '#schemas/files.ts'
import { type Involvement, isWithin } from './involvement.ts'

type Fits<K extends keyof SubscriptionFilter> = (
  wanted: NonNullable<SubscriptionFilter[K]>,
  record: CaseRecord,
  part: Involvement,
) => boolean

const one = (list: readonly string[], value: string | null) => value !== null && list.includes(value)
const within = (categories: readonly string[], { case: { categoryCode } }: CaseRecord) =>
  categories.some(outer => (categoryCode ?? '').startsWith(outer))

const parts: { readonly [K in keyof Required<SubscriptionFilter>]: Fits<K> } = {
  areas: (areas, record) => areasOf(record).some(area => areas.some(outer => isWithin(area, outer))),
  categories: within,
  notCategories: (categories, record) => !within(categories, record),
  kinds: (kinds, { proceeding }) => one(kinds, proceeding.kind),
  notKinds: (kinds, { proceeding }) => !kinds.includes(proceeding.kind),
  statuses: (statuses, { proceeding }) => one(statuses, proceeding.status),
  eventTypes: (types, { envelope }) => one(types, envelope.eventType),
  systems: (systems, { envelope }) => one(systems, envelope.system),
  tags: (tags, record) => tags.some(tag => record.case.tags.includes(tag)),
  involved: (involved, _record, part) => !involved || part.own.length > 0 || part.named,
}
const names = Object.keys(parts) as (keyof SubscriptionFilter)[]

/** The first part of the filter that does not fit, or null when all fit. */
export function misfit(filter: SubscriptionFilter | undefined, record: CaseRecord, part: Involvement): string | null {
  if (!filter) return null
  for (const name of names) {
    const wanted = filter[name]
    if (wanted !== undefined && !(parts[name] as Fits<typeof name>)(wanted as never, record, part)) return name
  }
  return null
}

function areasOf(record: CaseRecord): string[] {
  const { placeCode, gridCode } = record.case
  const places = [placeCode, gridCode].filter(place => place !== null)
  return places.length > 0 ? places : [record.envelope.tenant]
}
