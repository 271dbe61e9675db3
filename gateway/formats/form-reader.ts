// Native messages out of a form: JSON as the text of one field, one object or an array of them.
import { HubError } from '#schemas/errors.ts'
import type { MessageFormat } from '#schemas/files.ts'
import { sniffCharset } from './encodings.ts'
import { parseForm } from './form.ts'
import { openJsonText } from './json-reader.ts'
import type { Whole } from './read.ts'

/** Throws HUB_RECEIVE_UNREADABLE. A list of one is a single message: senders of forms always send lists. */
export function openForm(bytes: Buffer, contentType: string | undefined, { form }: MessageFormat): Whole {
  const field = form?.field ?? ''
  const text = parseForm(bytes, sniffCharset(bytes, contentType)).get(field)
  if (text === undefined) throw new HubError('HUB_RECEIVE_UNREADABLE', { pointer: '', rule: `form field ${field}` })
  try {
    const { reads } = openJsonText(text)
    return { reads, many: reads.length > 1 }
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    const rule = String(error.facts.rule)
    // A place in the decoded text would not help a sender: what was sent is the form.
    throw new HubError('HUB_RECEIVE_UNREADABLE', {
      pointer: `/${field}`,
      rule: rule.startsWith('NOT_JSON') ? 'JSON' : rule,
    })
  }
}
