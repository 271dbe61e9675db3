// Which content types a message may come with, and which of them hold a file to be streamed.
import type { MessageFormat } from '#schemas/files.ts'

const ofFormat: Readonly<Record<MessageFormat['format'], RegExp>> = {
  json: /^(application|text)\/([a-z0-9.+-]+\+)?json$/,
  form: /^application\/x-www-form-urlencoded$/,
  xml: /^(application|text)\/([a-z0-9.+-]+\+)?xml$/,
  // What browsers call a table depends on the programs of their machine.
  csv: /^(text\/(csv|plain)|application\/(csv|vnd\.ms-excel))$/,
  adapter:
    /^(application\/(x-www-form-urlencoded|json|xml|zip|octet-stream)|text\/(plain|xml|json|csv)|multipart\/form-data)$/,
}
const ofWrapping = { zip: /^application\/(x-)?zip(-compressed)?$/, multipart: /^multipart\/form-data$/ } as const
/** Says nothing: the content decides. */
const anyFile = 'application/octet-stream'

/** Types whose bodies are given on as they come, not gathered first. */
export const fileTypes =
  /^\s*(text\/(csv|plain)|application\/(csv|vnd\.ms-excel|octet-stream|(x-)?zip(-compressed)?)|multipart\/form-data)\s*(;|$)/i

/** Lower case, without its parameters; '' for none. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase()
}

export function takes(format: MessageFormat, type: string): boolean {
  if (ofFormat[format.format].test(type) || format.wrapped?.some(wrapping => ofWrapping[wrapping].test(type)))
    return true
  return type === anyFile && mayBeFile(format)
}

/** Is a body of this type a file of many messages, whatever is in it? */
export function isFile(format: MessageFormat, contentType: string | undefined): boolean {
  const type = mediaTypeOf(contentType)
  if (format.format === 'csv') return true
  return type === anyFile ? mayBeFile(format) : (format.wrapped?.some(one => ofWrapping[one].test(type)) ?? false)
}

function mayBeFile({ format, wrapped }: MessageFormat): boolean {
  return format === 'csv' || format === 'xml' || wrapped !== undefined
}
