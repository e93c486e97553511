import { canonicalDigest } from '../core/digest.ts'
import type { Message } from '../core/message.ts'
import { normaliseMessageId, parseReferences } from '../core/message-id.ts'
import { extractNewText } from '../core/quoting.ts'
import { parseBody, type AttachmentPart, type BodyParts } from './parse-body.ts'
import { regularBody } from './parse-regular.ts'
import { bodyText, MAX_TEXT_LENGTH } from './parse-text.ts'
import { addresses, decodedText, fieldValue, headerDate, readHeaderFields, senderSigns, type HeaderFields } from './parse-headers.ts'

export { MAX_TEXT_LENGTH } from './parse-text.ts'

export interface ParsedMessage {
  message: Message
  /** Decoded octets of `message.attachments`, same order. */
  attachmentContents: Buffer[]
  /** The body could not be read: `message` has the header fields and whatever follows them as text. */
  failed: boolean
  /** Short codes of what was cut or odd, e.g. 'text-cut'; no content. */
  problems: string[]
}

const MAX_REFERENCES = 200
const MAX_EMBEDDED_DEPTH = 4
const MAX_EMBEDDED = 20

/** Parses a message as received. Never throws for content; bounded in time and memory whatever the content is. */
export async function parseMessage(source: Buffer): Promise<ParsedMessage> {
  const problems = new Set<string>()
  const { fields, cut } = readHeaderFields(source)
  if (cut) problems.add('header-cut')
  let parts: BodyParts
  let failed = false
  try {
    parts = regularBody(source) ?? (await parseBody(source))
  } catch {
    failed = true
    problems.add('body-unreadable')
    parts = { plain: rawText(source), html: '', attachments: [] }
  }
  const subject = decodedText(fieldValue(fields, 'subject'))
  const body = bodyText(parts.plain, parts.html, problems)
  const embedded = await embeddedText(parts.attachments, problems)
  const text = embedded === '' ? body : `${body}\n\n${embedded}`.slice(0, MAX_TEXT_LENGTH)
  return {
    message: message({ fields, subject, body, text, attachments: parts.attachments, problems }),
    attachmentContents: parts.attachments.map((part) => part.content),
    failed,
    problems: [...problems],
  }
}

function message(the: { fields: HeaderFields; subject: string; body: string; text: string; attachments: AttachmentPart[]; problems: Set<string> }): Message {
  const { fields } = the
  const attachments = the.attachments.map((part) => part.attachment)
  const from = addresses(fields, 'from')
  const date = headerDate(fieldValue(fields, 'date'))
  const messageId = normaliseMessageId(fieldValue(fields, 'message-id'))
  if (date === null) the.problems.add('date-unusable')
  if (messageId === null) the.problems.add('message-id-unusable')
  return {
    messageId,
    inReplyTo: parseReferences(fieldValue(fields, 'in-reply-to')).slice(0, MAX_REFERENCES),
    // The last ones are the nearest ancestors (RFC 5322 section 3.6.4).
    references: parseReferences(fieldValue(fields, 'references')).slice(-MAX_REFERENCES),
    from,
    replyTo: addresses(fields, 'reply-to'),
    to: addresses(fields, 'to'),
    cc: addresses(fields, 'cc'),
    bcc: addresses(fields, 'bcc'),
    date,
    subject: the.subject,
    text: the.text,
    newText: extractNewText(the.body, { subject: the.subject }).newText,
    attachments,
    signs: senderSigns(fields),
    digest: canonicalDigest({ messageId, date, from, subject: the.subject, text: the.body, attachmentHashes: attachments.map((one) => one.sha256) }),
  }
}

/** Text of attached messages (message/rfc822), level by level, so that search and access requests reach it. */
async function embeddedText(attachments: AttachmentPart[], problems: Set<string>): Promise<string> {
  const texts: string[] = []
  let level = attachments.filter(isMessage)
  let count = 0
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= MAX_EMBEDDED_DEPTH) {
      problems.add('nested-too-deep')
      break
    }
    const next: AttachmentPart[] = []
    for (const part of level) {
      if (count >= MAX_EMBEDDED) {
        problems.add('too-many-embedded')
        return texts.join('\n\n')
      }
      count += 1
      const inner = await parseBody(part.content).catch(() => null)
      if (inner === null) problems.add('embedded-unreadable')
      texts.push(embeddedHead(part.content), inner === null ? rawText(part.content) : bodyText(inner.plain, inner.html, problems))
      next.push(...(inner?.attachments ?? []).filter(isMessage))
    }
    level = next
  }
  return texts.join('\n\n').slice(0, MAX_TEXT_LENGTH)
}

function isMessage(part: AttachmentPart): boolean {
  return part.attachment.contentType === 'message/rfc822'
}

function embeddedHead(source: Buffer): string {
  const { fields } = readHeaderFields(source)
  return ['from', 'to', 'cc', 'date', 'subject']
    .map((name) => ({ name, value: decodedText(fieldValue(fields, name)) }))
    .filter(({ value }) => value !== '')
    .map(({ name, value }) => `${name}: ${value}`)
    .join('\n')
}

/** What follows the header as it stands: for messages whose structure cannot be read, so that search still sees their words. */
function rawText(source: Buffer): string {
  const start = Math.max(source.indexOf('\r\n\r\n'), 0)
  return source.subarray(start, start + MAX_TEXT_LENGTH).toString('utf8')
}
