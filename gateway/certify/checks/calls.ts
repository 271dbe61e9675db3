// Calls of the system as evidence, and what is wrong with those that did not help.
import type { Fault, HeardItem } from '../../receive/heard.ts'
import { type FindingCode, finding } from '../findings.ts'
import type { Call } from '../stand.ts'
import type { Evidence, Finding } from '../types.ts'

const shown = 20

export interface Item extends HeardItem {
  readonly message: string
  readonly at: number
}

/** Messages that were taken in, newest last. */
export function takenItems(calls: readonly Call[], message?: string): readonly Item[] {
  return calls
    .filter(call => message === undefined || call.message === message)
    .flatMap(call => call.items.map(item => ({ ...item, message: call.message, at: call.at })))
    .filter(item => item.status === 'received' || item.status === 'duplicate')
}

export function faultsOf(calls: readonly Call[]): readonly Fault[] {
  return calls
    .flatMap(call => [call.fault, ...call.items.map(item => item.fault)])
    .filter((fault): fault is Fault => fault !== null)
}

/** What refusals say about a system of which nothing else came. */
export function refusedFinding(calls: readonly Call[], otherwise: FindingCode): Finding {
  const faults = faultsOf(calls)
  if (faults.length === 0) return finding(otherwise)
  const { code } = faults.at(-1)!
  if (code === 'HUB_SECURITY_SIGNATURE_REUSED') return finding('SAME_SIGNATURE')
  return finding(code.startsWith('HUB_SECURITY_') ? 'NOT_SIGNED' : 'NOT_UNDERSTOOD')
}

export function callEvidence(calls: readonly Call[]): Evidence[] {
  return calls.slice(-shown).flatMap(call => {
    const at = new Date(call.at).toISOString()
    const about = { at, ...(call.status === null ? {} : { status: call.status }) }
    if (call.fault) return [{ ...about, ...faultSeen(call.message, call.fault) }]
    return call.items.map(item =>
      item.fault
        ? { ...about, ...faultSeen(call.message, item.fault) }
        : {
            ...about,
            says: {
              zh: `报文 ${call.message} ${item.status === 'duplicate' ? '(重复)已收下' : '已收下'}`,
              en: `${call.message} taken in${item.status === 'duplicate' ? ', a repeat' : ''}`,
            },
            ...(item.messageId ? { id: item.messageId } : {}),
          },
    )
  })
}

function faultSeen(message: string, { code, pointer, rule }: Fault): Pick<Evidence, 'says' | 'code'> {
  const where = [pointer ?? '', rule ?? ''].filter(one => one !== '').join(' ')
  return {
    code,
    says: {
      zh: `报文 ${message} 被拒绝${where ? `,位置和规则:${where}` : ''}`,
      en: `${message} turned away${where ? `, at ${where}` : ''}`,
    },
  }
}
