// What shows in calls that were made anyway: the system's clock and its charset. Nothing is to be done for these.
import type { Expected } from '#schemas/exchanges.ts'
import { failed, finding } from '../findings.ts'
import type { Stand } from '../stand.ts'
import type { Check, Evidence } from '../types.ts'
import { takenItems } from './calls.ts'

export function clock(stand: Stand, expect: Expected<'clock'>): Check {
  const offs = stand
    .calls()
    .filter(call => call.status !== null && call.fault === null && call.signedAt !== null)
    .map(call => Math.abs(call.signedAt! - call.at) / 1000)
  const worst = Math.max(0, ...offs)
  return {
    look() {
      if (offs.length === 0) return failed('NOT_SIGNED')
      return worst <= expect.maxSkewSeconds ? { kind: 'passed', known: {} } : failed('CLOCK')
    },
    overdue: () => finding('CLOCK'),
    seen: () => [
      evidence(stand, {
        zh: `${offs.length} 次调用,时间误差最多 ${Math.round(worst)} 秒`,
        en: `${offs.length} signed calls, at most ${Math.round(worst)} s off`,
      }),
    ],
  }
}

export function charset(stand: Stand): Check {
  const items = takenItems(stand.calls())
  const count = (text: string) => items.filter(item => item.text === text).length
  return {
    look() {
      if (count('broken') > 0) return failed('CHARSET')
      return count('whole') > 0 ? { kind: 'passed', known: {} } : failed('NO_CHINESE')
    },
    overdue: () => finding('CHARSET'),
    seen: () => [
      evidence(stand, {
        zh: `${count('whole')} 件中文完整,${count('broken')} 件损坏`,
        en: `${count('whole')} messages with whole Chinese text, ${count('broken')} broken`,
      }),
    ],
  }
}

function evidence(stand: Stand, says: Evidence['says']): Evidence {
  return { at: new Date(stand.deps.now()).toISOString(), says }
}
