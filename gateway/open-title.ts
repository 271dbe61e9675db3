// The title that lists and search may show: category, town, month. Made of codes alone, so it holds nothing personal.

export interface TitleTables {
  readonly category: (code: string) => string | undefined
  readonly area: (code: string) => string | undefined
}

export function openTitle(
  tables: TitleTables,
  said: Readonly<Record<string, unknown>>,
  receivedAt: number,
): string | null {
  const category = typeof said.categoryCode === 'string' ? tables.category(said.categoryCode) : undefined
  const town = typeof said.placeCode === 'string' ? tables.area(said.placeCode) : undefined
  const month =
    typeof said.occurredOn === 'string'
      ? said.occurredOn.slice(0, 7)
      : new Date(receivedAt + 28_800_000).toISOString().slice(0, 7)
  return category || town ? [category, town, month].filter(part => part !== undefined).join('·') : null
}
