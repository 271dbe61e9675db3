// Identity numbers, organisation codes and phone numbers: checks and what can be read off them.

const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const idChecks = '10X98765432'
const usccAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const usccWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

/** GB 11643: `good`, `old` (15 digits, nothing to check), or `bad`. */
export function judgeIdCard(number: string): 'good' | 'old' | 'bad' {
  if (/^\d{15}$/.test(number)) return isDay(`19${number.slice(6, 12)}`) ? 'old' : 'bad'
  if (!/^\d{17}[\dX]$/.test(number) || !isDay(number.slice(6, 14))) return 'bad'
  const sum = idWeights.reduce((total, weight, i) => total + weight * Number(number[i]), 0)
  return idChecks[sum % 11] === number[17] ? 'good' : 'bad'
}

/** Folded spelling of an identity number: half-width, no spaces, capital X. */
export function foldIdCard(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, '').toUpperCase()
}

export function birthOf(number: string): string | undefined {
  const digits = number.length === 15 ? `19${number.slice(6, 12)}` : number.slice(6, 14)
  return isDay(digits) ? `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}` : undefined
}

/** GB/T 2261.1: 1 male, 2 female. */
export function sexOf(number: string): string | undefined {
  const digit = number.length === 15 ? number[14] : number.length === 18 ? number[16] : undefined
  return digit === undefined || !/\d/.test(digit) ? undefined : Number(digit) % 2 === 1 ? '1' : '2'
}

/** GB 32100-2015. */
export function isUscc(code: string): boolean {
  if (!/^[0-9A-HJ-NP-RTUWXY]{18}$/.test(code)) return false
  const sum = usccWeights.reduce((total, weight, i) => total + weight * usccAlphabet.indexOf(code[i]!), 0)
  return usccAlphabet[(31 - (sum % 31)) % 31] === code[17]
}

/** Phone numbers of a field, joined by a comma; undefined when there is none in it. */
export function phones(text: string): string | undefined {
  const found = text
    .normalize('NFKC')
    .split(/[,、;/\n]|\s{2,}/)
    .map(onePhone)
    .filter(p => p !== undefined)
  return found.length > 0 ? [...new Set(found)].join(',') : undefined
}

function onePhone(text: string): string | undefined {
  const number = text
    .replace(/^[^\d+(]*[::]/, '')
    .replace(/[\s()]/g, '')
    .replace(/[‐‑–—]/g, '-')
  const digits = number.replace(/\D/g, '')
  return /^\+?\d[\d-]*(?:转\d{1,6})?$/.test(number) && digits.length >= 5 && digits.length <= 20 && /[1-9]/.test(digits)
    ? number
    : undefined
}

/** Whole years between two days, yyyy-MM-dd. */
export function yearsBetween(birth: string, day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birth) || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4)) - (day.slice(5) < birth.slice(5) ? 1 : 0)
  return years < 0 ? undefined : years
}

function isDay(digits: string): boolean {
  const [year, month, day] = [Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6, 8))]
  const date = new Date(Date.UTC(year, month - 1, day))
  return year >= 1850 && year < 2200 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}
