// What a file is, by its first bytes: names and declared types are a sender's word, and often wrong.
import type { MessageFormat } from '#schemas/files.ts'

export type Kind = 'zip' | 'xml' | 'json' | 'text' | 'binary'

export const kindBytes = 512

const zipMarks = ['PK\u0003\u0004', 'PK\u0005\u0006']
/** Documents, pictures and archives whose first bytes may all be printable. The rest has a zero byte soon. */
const binaryMarks = [
  '%PDF',
  '{\\rtf',
  'Rar!',
  'GIF8',
  '7z\u00bc\u00af',
  '\u001f\u008b',
  '\u00ff\u00d8\u00ff',
  '\u0089PNG',
  '\u00d0\u00cf\u0011\u00e0',
]
const marks = /^(\u00ef\u00bb\u00bf|\u00841\u00953)?\s*/

export function kindOf(head: Buffer): Kind {
  const text = head.toString('latin1')
  if (zipMarks.some(mark => text.startsWith(mark))) return 'zip'
  if (text.includes('\0') || binaryMarks.some(mark => text.startsWith(mark))) return 'binary'
  const first = text.replace(marks, '')[0]
  return first === '<' ? 'xml' : first === '{' || first === '[' ? 'json' : 'text'
}

/** May a file of this kind be of the format? */
export function fits(kind: Kind, { format }: MessageFormat): boolean {
  if (format === 'xml' || format === 'json') return kind === format
  return kind !== 'zip' && kind !== 'binary'
}
