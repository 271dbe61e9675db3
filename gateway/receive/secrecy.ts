// Secrecy marks (domain.md 9.11): what bears one never enters Kafka. Pure; looks at every text of a message.
import type { Json } from '#connectors/sdk.ts'

export interface SecrecyMark {
  readonly pointer: string
}

const starred = /(?<!商业|个人)(绝密|机密|秘密)★/u
const alone = new Set(['绝密', '机密', '秘密', '工作秘密'])
const levelField = '密级'
const leading = /^(绝密|机密|秘密)/u
const fileName = /\.[a-z0-9]{1,5}$/iu
/** Names of fields that hold attachments or the names of files, in the systems' own words. */
const attachmentField = /附件|文件|文书|照片|attach|file|photo|^fj|wjm/iu
const lineBreak = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/u

/** The first mark in the tree, or undefined. Fold: NFKC, and no spaces nor invisible characters. */
export function findMark(tree: Json): SecrecyMark | undefined {
  return search(tree, '', false)
}

/** May this JSON text hold a mark at all? Every mark has one of these characters, as it is or escaped. */
export function mayHoldMark(text: string): boolean {
  return text.includes('密') || (text.includes('\\u') && /\\u5bc6/iu.test(text))
}

/** Marks in the texts of a JSON document that its tree hides, because a later field of the same name won. */
export function findHiddenMark(text: string): SecrecyMark | undefined {
  for (const [literal] of text.matchAll(/"(?:[^"\\]|\\[\s\S])*"/gu)) {
    if (!mayHoldMark(literal)) continue
    if (starred.test(fold(unescaped(literal))) || hasLine(unescaped(literal))) return { pointer: '' }
  }
  return undefined
}

function unescaped(literal: string): string {
  try {
    return JSON.parse(literal) as string
  } catch {
    return literal.slice(1, -1)
  }
}

function search(value: Json, pointer: string, inAttachment: boolean): SecrecyMark | undefined {
  if (typeof value === 'string') return isMarked(value, inAttachment) ? { pointer } : undefined
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const found = search(value[i]!, `${pointer}/${i}`, inAttachment)
      if (found) return found
    }
    return undefined
  }
  for (const key of Object.keys(value)) {
    const child = value[key]!
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (key.includes('密') && (starred.test(fold(key)) || isLevel(key, child))) return { pointer: at }
    const found = search(child, at, inAttachment || attachmentField.test(key))
    if (found) return found
  }
  return undefined
}

function isLevel(key: string, value: Json): boolean {
  return fold(key) === levelField && typeof value === 'string' && fold(value).includes('工作秘密')
}

function isMarked(text: string, inAttachment: boolean): boolean {
  // Nothing folds to this character but itself, so most texts cost one search.
  if (!text.includes('密')) return false
  const folded = fold(text)
  if (starred.test(folded) || hasLine(text)) return true
  const lastPart = folded.slice(folded.lastIndexOf('/') + 1)
  return leading.test(lastPart) && (inAttachment || fileName.test(lastPart))
}

function hasLine(text: string): boolean {
  const lines = text.includes('<') ? text.replace(/<[^<>]*>/gu, '\n') : text
  return lines.split(lineBreak).some(line => alone.has(fold(line)))
}

function fold(text: string): string {
  return text.normalize('NFKC').replace(/[\s\p{Cf}\p{Cc}]/gu, '')
}
