import { LARGEST_PDF, MOST_CHARACTERS, readPdf } from './pdf-text.ts'
import type { ParsedMessage } from './parse.ts'

/** Noted where the machine may be to blame: the attachment may hold text that was not read, so a person decides. */
export const ATTACHMENT_UNREAD = 'attachment-unread'

const MOST_PDFS = 20
/** Milliseconds for all PDFs of a message, half of it for one: usual ones take 10 to 100. */
const MILLISECONDS = 20_000
const MOST_IN_ALL = 2 * MOST_CHARACTERS
/** Where a PDF says that it is one (ISO 32000-1, annex H, note 13). */
const HEADER_WITHIN = 1024

/**
 * The message with the text inside its PDF attachments. What cannot be read is noted as a problem and stays absent;
 * a message without PDFs is returned as it is, and no thread is started for it.
 */
export async function withAttachmentText(parsed: ParsedMessage, milliseconds = MILLISECONDS): Promise<ParsedMessage> {
  const pdfs = parsed.attachmentContents.flatMap((content, index) => (isPdf(content) ? [{ content, index }] : []))
  if (pdfs.length === 0) return parsed
  const problems = new Set(parsed.problems)
  const attachments = [...parsed.message.attachments]
  let characters = 0
  let spent = 0
  for (const { content, index } of pdfs.slice(0, MOST_PDFS)) {
    if (content.length > LARGEST_PDF) {
      problems.add('attachment-too-large')
      continue
    }
    if (characters >= MOST_IN_ALL || spent >= milliseconds) {
      problems.add(characters >= MOST_IN_ALL ? 'attachment-text-cut' : ATTACHMENT_UNREAD)
      continue
    }
    const begun = performance.now()
    const reading = await readPdf(content, Math.min(milliseconds / 2, milliseconds - spent))
    spent += performance.now() - begun
    if ('problem' in reading) {
      const blameless =
        reading.problem === 'encrypted' || reading.problem === 'unreadable' || reading.problem === 'too-large'
      problems.add(blameless ? `attachment-${reading.problem}` : ATTACHMENT_UNREAD)
      // One that hangs is an attack or a very sick machine: the rest of the message is not tried.
      if (!blameless) spent = milliseconds
      continue
    }
    if (reading.cut) problems.add('attachment-text-cut')
    const text = clean(reading.text).slice(0, MOST_IN_ALL - characters)
    characters += text.length
    attachments[index] = { ...attachments[index]!, text }
  }
  if (pdfs.length > MOST_PDFS) problems.add('attachment-text-cut')
  return { ...parsed, message: { ...parsed.message, attachments }, problems: [...problems] }
}

function isPdf(content: Buffer): boolean {
  return content.subarray(0, HEADER_WITHIN).includes('%PDF-')
}

/** No control characters, no half of a character, no blanks in heaps. */
function clean(text: string): string {
  return text
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/\p{Cs}|[^\P{Cc}\n]/gu, '')
    .replace(/ ?\n\s*/gu, '\n')
    .trim()
}
