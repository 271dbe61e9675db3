// Errors of the area "map".
import type { Entry } from './entry.ts'

export const mapErrors = {} as const satisfies Record<string, Entry>
