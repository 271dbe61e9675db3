// The ordered stage list. A stage name is a folder under gateway/, a metric tag and an error's home.

export const stages = ['receive', 'translate', 'correlate', 'route', 'deliver'] as const

export type Stage = (typeof stages)[number]

/** Where an error can arise: one of the five stages, or the ground they stand on. Bounded, because it is a metric tag. */
export type Place = Stage | 'kafka' | 'store' | 'security' | 'registry' | 'lint' | 'map' | 'encode' | 'start'
