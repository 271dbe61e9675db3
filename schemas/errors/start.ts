// Errors of the area "start".
import type { Entry } from './entry.ts'

export const startErrors = {} as const satisfies Record<string, Entry>
