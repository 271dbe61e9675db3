// Errors of the area "encode".
import type { Entry } from './entry.ts'

export const encodeErrors = {} as const satisfies Record<string, Entry>
