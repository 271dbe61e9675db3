// What file names say: which message a file holds, which delivery an answer is about, who has taken a file and when.
import type { Manifest } from '#schemas/files.ts'
import type { AnswerAbout } from '../../sources/port.ts'

export const doneEnding = '.done'
export const ackEnding = '.ack'

/** Below a folder out of which the hub reads: taken by a process, read, not readable. */
export const takenFolder = 'taken'
export const doneFolder = 'done'
export const failedFolder = 'failed'

/** The message that a file of this name holds; undefined: none that the manifest names. */
export function messageOf(names: readonly { readonly like: string; readonly message: string }[], name: string) {
  return names.find(({ like }) => patternOf(like).test(name))?.message
}

function patternOf(like: string): RegExp {
  const parts = like.split('*').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 'u')
}

export interface Named extends AnswerAbout {
  readonly message: string
}

/** The file of one delivery: the same delivery has the same name whenever it is said again. */
export function deliveryName(template: string, { message, caseId, eventId, deliveryId }: Named): string {
  return template
    .replace('{message}', message)
    .replace('{case}', caseId)
    .replace('{event}', eventId)
    .replace('{delivery}', deliveryId)
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

/** Which delivery a file that the hub laid out was; undefined: it is none of the hub's. */
export function aboutOf(template: string, name: string): Named | undefined {
  const pattern = template
    .replace(/[.]/g, '\\.')
    .replace('{message}', '(?<message>[a-z0-9-]+)')
    .replace('{case}', `(?<caseId>${uuid})`)
    .replace('{event}', `(?<eventId>${uuid})`)
    .replace('{delivery}', `(?<deliveryId>${uuid})`)
  const { message = '', caseId, eventId, deliveryId } = new RegExp(`^${pattern}$`).exec(name)?.groups ?? {}
  return caseId && eventId && deliveryId ? { message, caseId, eventId, deliveryId } : undefined
}

/** The message that receivers' answers are stored as. */
export function answerMessage(manifest: Manifest): string | undefined {
  return Object.entries(manifest.messages).find(([, one]) => one.answer)?.[0]
}

/** A file in the hands of a process; it stands in the name, so that a claim is one atomic rename. */
export interface Claim {
  readonly slot: string
  readonly at: number
  readonly name: string
}

export function takenName({ slot, at, name }: Claim): string {
  return `${slot.replace(/[^A-Za-z0-9_-]/g, '_')}~${at}~${name}`
}

export function claimOf(taken: string): Claim | undefined {
  const [, slot, at, name] = /^([A-Za-z0-9_-]*)~(\d+)~(.+)$/su.exec(taken) ?? []
  return slot === undefined || name === undefined ? undefined : { slot, at: Number(at), name }
}

/** A name for logs: what may hold words about a person is shown by its length only. */
export function shownName(name: string): string {
  const isCode = /^[A-Za-z0-9._-]{1,180}$/.test(name) && !/(?<!\d)(\d{17}[\dXx]|\d{15}|1\d{10})(?!\d)/.test(name)
  return isCode ? name : `(${[...name].length} characters)`
}
