// Errors of the area "stages".
import type { Entry } from './entry.ts'

export const stageErrors = {} as const satisfies Record<string, Entry>
