// The log: ids, codes, counts; never what a message holds.
import { pino } from 'pino'

export interface HubLog {
  debug(facts: object, text: string): void
  info(facts: object, text: string): void
  warn(facts: object, text: string): void
  error(facts: object, text: string): void
}

/** JSON lines to a file, or to standard error, so that what a command prints for people stays apart. */
export function createLog(level: string, file?: string): HubLog {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(file ? { dest: file, mkdir: true } : 2),
  )
}
