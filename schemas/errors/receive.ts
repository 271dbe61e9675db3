// Errors of the area "receive".
import type { Entry } from './entry.ts'

export const receiveErrors = {} as const satisfies Record<string, Entry>
