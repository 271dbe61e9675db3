// Does a subscription ask for this event? Lists are "any of"; parts of a filter are "all of".
import type { CaseRecord } from '#schemas/canonical/types.ts'
import type { SubscriptionFilter } from '#schemas/files.ts'
import { type Involvement, isWithin } from './involvement.ts'

/** The first part of the filter that does not fit, or null when all fit. */
export function misfit(filter: SubscriptionFilter | undefined, record: CaseRecord, part: Involvement): string | null {
  if (!filter) return null
  const { envelope, proceeding } = record
  const code = record.case.categoryCode ?? ''
  const within = (categories: readonly string[]) => categories.some(one => code.startsWith(one))
  const one = (list: readonly string[] | undefined, value: string | null) =>
    list === undefined || (value !== null && list.includes(value))
  const checks: readonly (readonly [string, boolean])[] = [
    ['areas', filter.areas === undefined || areasOf(record).some(a => filter.areas!.some(outer => isWithin(a, outer)))],
    ['categories', filter.categories === undefined || within(filter.categories)],
    ['notCategories', filter.notCategories === undefined || !within(filter.notCategories)],
    ['kinds', one(filter.kinds, proceeding.kind)],
    ['notKinds', filter.notKinds?.includes(proceeding.kind) !== true],
    ['statuses', one(filter.statuses, proceeding.status)],
    ['eventTypes', one(filter.eventTypes, envelope.eventType)],
    ['systems', one(filter.systems, envelope.system)],
    ['tags', filter.tags === undefined || filter.tags.some(tag => record.case.tags.includes(tag))],
    ['involved', !filter.involved || part.own.length > 0 || part.named],
  ]
  return checks.find(([, fits]) => !fits)?.[0] ?? null
}

function areasOf(record: CaseRecord): string[] {
  const { placeCode, gridCode } = record.case
  const places = [placeCode, gridCode].filter(one => one !== null)
  return places.length > 0 ? places : [record.envelope.tenant]
}
