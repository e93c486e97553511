import { canonicalDigest } from '../../core/message/canonical-digest.ts'
import type { Address, Message } from '../../core/message/message.ts'
import { normaliseMessageId, parseReferences } from '../../core/message/message-id.ts'
import { extractNewText } from '../../core/quoting/quoting.ts'
import { parseBody, type AttachmentPart, type BodyParts } from './parse-body.ts'
import { regularBody } from './parse-regular.ts'
import { bodyText, MAX_TEXT_LENGTH } from './parse-text.ts'
import {
  addresses,
  decodedText,
  fieldValue,
  headerDate,
  readHeaderFields,
  senderSigns,
  type HeaderFields,
} from './parse-headers.ts'

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

/** What both a full parse and an identity need of a message. */
interface ReadMessage {
  fields: HeaderFields
  parts: BodyParts
  subject: string
  body: string
  failed: boolean
}

/** Parses a message as received. Never throws for content; bounded in time and memory whatever the content is. */
export async function parseMessage(source: Buffer): Promise<ParsedMessage> {
  const problems = new Set<string>()
  const read = await readMessage(source, problems)
  const { fields, parts, subject, body } = read
  const embedded = await embeddedText(parts.attachments, problems)
  const text = embedded === '' ? body : `${body}\n\n${embedded}`.slice(0, MAX_TEXT_LENGTH)
  const from = addresses(fields, 'from')
  const { messageId, date, digest } = identityOf(read, from)
  if (date === null) problems.add('date-unusable')
  if (messageId === null) problems.add('message-id-unusable')
  const message: Message = {
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
    subject,
    text,
    newText: extractNewText(body, { subject }).newText,
    attachments: parts.attachments.map((part) => part.attachment),
    signs: senderSigns(fields),
    digest,
  }
  return {
    message,
    attachmentContents: parts.attachments.map((part) => part.content),
    failed: read.failed,
    problems: [...problems],
  }
}

/** What `parseMessage` says of which message it is (P4), and no more: what a purge compares, at half the cost. */
export async function parseIdentity(source: Buffer): Promise<Pick<Message, 'messageId' | 'date' | 'digest'>> {
  const read = await readMessage(source, new Set())
  return identityOf(read, addresses(read.fields, 'from'))
}

async function readMessage(source: Buffer, problems: Set<string>): Promise<ReadMessage> {
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
  return {
    fields,
    parts,
    subject: decodedText(fieldValue(fields, 'subject')),
    body: bodyText(parts.plain, parts.html, problems),
    failed,
  }
}

function identityOf(
  { fields, parts, subject, body }: ReadMessage,
  from: Address[],
): Pick<Message, 'messageId' | 'date' | 'digest'> {
  const date = headerDate(fieldValue(fields, 'date'))
  const messageId = normaliseMessageId(fieldValue(fields, 'message-id'))
  const attachmentHashes = parts.attachments.map(({ attachment }) => attachment.sha256)
  return { messageId, date, digest: canonicalDigest({ messageId, date, from, subject, text: body, attachmentHashes }) }
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
      texts.push(
        embeddedHead(part.content),
        inner === null ? rawText(part.content) : bodyText(inner.plain, inner.html, problems),
      )
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

/**
 * Everything after the header, unchanged: for messages whose structure cannot be read, so that search still sees their
 * words.
 */
function rawText(source: Buffer): string {
  const start = Math.max(source.indexOf('\r\n\r\n'), 0)
  return source.subarray(start, start + MAX_TEXT_LENGTH).toString('utf8')
}
