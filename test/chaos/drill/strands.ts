// The stories that the traffic is made of: one strand a number, its messages in order, each with what it must end as.
// Every person, company and number is invented.
import { pick } from './random.ts'

/** event: its own event, once. repeat and late: no event. conflict: refused at the door or recorded, never applied.
 *  refused: the door says no. invalid: accepted, then set aside. */
export type Expected = 'event' | 'repeat' | 'late' | 'conflict' | 'refused' | 'invalid'

export interface Sketch {
  readonly system: 'labour-arbitration' | 'hotline-12345'
  readonly body: object
  readonly key?: string
  readonly expect: Expected
  readonly type?: string
}

export type Strand = readonly Sketch[]

const states = [
  { status: '申请', type: 'CaseRegistered' },
  { status: '受理', type: 'CaseAccepted' },
  { status: '开庭', type: 'HearingScheduled' },
  { status: '裁决', type: 'DecisionIssued' },
  { status: '结案', type: 'CaseClosed' },
  { status: '归档', type: 'CaseArchived' },
] as const

export const labourNumber = (serial: number, brackets = '〔〕'): string =>
  `浙杭西湖劳人仲案${brackets[0]}2026${brackets[1]}${serial}号`
export const hotlineNumber = (serial: number): string => `HZSDH2026${String(serial).padStart(7, '0')}`

// As the platform sends it: the whole case each time, with the times of all states so far.
function labourCase(serial: number, step: number, random: () => number, more: object = {}): object {
  const day = (n: number) => `2026-03-${String(2 + n).padStart(2, '0')} 09:00:00`
  return {
    case_no: labourNumber(serial, pick(random, ['〔〕', '[]', '()'])),
    status: states[step]!.status,
    cause: '追索劳动报酬',
    apply_at: day(0),
    ...(step >= 1 ? { accept_time: day(1) } : {}),
    ...(step >= 2 ? { hearing: [{ time: day(2), place: '虚构仲裁庭', mode: '开庭' }] } : {}),
    ...(step >= 3 ? { award_date: day(3), award_no: `虚裁${serial}`, result: '裁决' } : {}),
    ...(step >= 4 ? { close_at: day(4) } : {}),
    ...(step >= 5 ? { archive_at: day(5) } : {}),
    total_money: 1000 + serial,
    applicant_arr: [{ name: '虚甲一', sex: '男', phone: '0571-00000001', work_unit: '杭州虚构营造劳务有限公司' }],
    respondent_arr: [{ name: '杭州虚构营造劳务有限公司' }],
    ...more,
  }
}

/** An arbitration case from application on; `cites` is a number of another system. */
export function labourStrand(serial: number, random: () => number, cites?: string): Strand {
  const more = cites === undefined ? {} : { source_no: cites }
  const out: Sketch[] = []
  const system = 'labour-arbitration'
  const length = 1 + Math.floor(random() * states.length)
  for (let step = 0; step < length; step += 1) {
    const keyed = random() < 0.2
    const key = keyed ? { key: `k-${serial}-${step}` } : {}
    const body = labourCase(serial, step, random, more)
    out.push({ system, body, ...key, expect: 'event', type: states[step]!.type })
    const chance = random()
    if (chance < 0.12) out.push({ system, body, ...key, expect: 'repeat' })
    else if (keyed && chance < 0.5)
      out.push({ system, body: { ...body, total_money: 9_000_000 + step }, ...key, expect: 'conflict' })
    else if (step >= 2 && chance < 0.25)
      out.push({ system, body: labourCase(serial, step - 1, random, { ...more, total_money: 77 }), expect: 'late' })
    else if (chance > 0.98) out.push({ system, body: { ...body, case_no: ' ' }, expect: 'refused' })
  }
  return out
}

/** A hotline ticket without any time of its states: A, B, A are three updates, A, A is one. */
export function hotlineStrand(serial: number, random: () => number): Strand {
  const system = 'hotline-12345'
  const ticket = (ldzt: string, clqk?: string) => ({
    sxfjbh: hotlineNumber(serial),
    djsj: '2026-03-02 09:14:07',
    bt: '工地欠薪',
    nrfl: '劳动和社会保障-欠薪',
    xm: '虚乙二',
    ldhm: '0571-00000002',
    ldzt,
    ...(clqk === undefined ? {} : { clqk }),
  })
  const out: Sketch[] = [{ system, body: ticket('登记'), expect: 'event', type: 'CaseRegistered' }]
  const [a, b] = [ticket('办理中', '已联系'), ticket('办理中', '已走访')]
  if (random() < 0.7) {
    out.push({ system, body: a, expect: 'event', type: 'ProgressReported' })
    if (random() < 0.3) out.push({ system, body: a, expect: 'repeat' })
    out.push({ system, body: b, expect: 'event', type: 'ProgressReported' })
    out.push({ system, body: a, expect: 'event', type: 'ProgressReported' })
  }
  if (random() < 0.5) out.push({ system, body: ticket('办结', '已解决'), expect: 'event', type: 'CaseClosed' })
  return out
}

export const largeCount = 95_000

/** Within the limit of 1 MB on the wire, several megabytes once every person has all the fields of a party. */
export function largeStrand(serial: number): Strand {
  const body = {
    case_no: labourNumber(serial),
    status: '申请',
    apply_at: '2026-03-02',
    applicant_arr: Array.from({ length: largeCount }, () => ({ age: 1 })),
  }
  return [{ system: 'labour-arbitration', body, expect: 'invalid' }]
}
