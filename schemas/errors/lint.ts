// Errors of the area "lint".
import type { Entry } from './entry.ts'

export const lintErrors = {} as const satisfies Record<string, Entry>
