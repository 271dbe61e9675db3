// Masked forms: enough to recognise what one already knows, too little to learn it.
import type { MaskName } from '#schemas/profiles.ts'

/** undefined: the value has no masked form that hides it. */
export const masks: Readonly<Record<MaskName, (value: string) => string | undefined>> = {
  name: maskName,
  phone: maskPhone,
  id: maskId,
  area: maskArea,
}

function maskName(name: string): string {
  const [first = ''] = name.trim()
  return `${first}*`
}

/** Keeps an area code and the last four digits; several numbers are masked one by one. */
function maskPhone(phones: string): string {
  return phones.replace(/[\d+][\d\-\s]*/g, phone => {
    const digits = phone.replace(/\D/g, '')
    const tail = digits.slice(-4)
    if (digits.length < 7) return '****'
    const area = /^0\d{2,3}(?=-)/.exec(phone.trim())?.[0]
    return area ? `${area}-****${tail}` : `${digits.slice(0, Math.min(3, digits.length - 8))}****${tail}`
  })
}

function maskId(id: string): string | undefined {
  if (id.length < 12) return undefined
  return `${id.slice(0, 6)}${'*'.repeat(id.length - 10)}${id.slice(-4)}`
}

/** The address down to its town; what follows is a home. */
function maskArea(address: string): string | undefined {
  const town = /^.*?(?:街道|[镇乡])/.exec(address) ?? /^.*?[县区旗](?!域)/.exec(address) ?? /^.*?[市州]/.exec(address)
  const kept = town?.[0]
  return kept === undefined || kept.length > 30 ? undefined : kept
}
