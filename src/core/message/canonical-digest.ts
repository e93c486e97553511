import { createHash } from 'node:crypto'
import type { Message } from './message.ts'

export interface DigestFields {
  messageId: string | null
  date: Date | null
  from: { address: string }[]
  subject: string
  /** The decoded body as text. */
  text: string
  /** SHA-256 of each attachment's decoded octets, in any order. */
  attachmentHashes: string[]
}

/** Changes whenever the form below changes, so that digests of two forms never agree by chance. */
const FORM = 'gallra-digest-1'

/**
 * What makes two copies the same message (P4), lower-case hex SHA-256. Received lines, transfer
 * encodings, line ends, trailing blanks and Unicode composition do not count: servers re-render
 * those. Everything a reader sees does. Each field is preceded by its length, so that no content
 * can move from one field to the next.
 */
export function canonicalDigest(fields: DigestFields): string {
  const hash = createHash('sha256')
  const add = (value: string): void => {
    const octets = Buffer.from(value, 'utf8')
    hash.update(`${octets.length}:`)
    hash.update(octets)
  }
  const hashes = fields.attachmentHashes.map((one) => one.toLowerCase()).sort()
  const from = fields.from.map((one) => one.address.normalize('NFC').toLowerCase()).sort()
  add(FORM)
  add(fields.messageId === null ? '-' : `+${fields.messageId}`)
  // Whole seconds: the Date field has no finer ones.
  add(fields.date === null ? '-' : `+${Math.floor(fields.date.getTime() / 1000)}`)
  for (const list of [from, hashes]) {
    add(String(list.length))
    for (const value of list) add(value)
  }
  add(fields.subject.normalize('NFC').replace(/\s+/g, ' ').trim())
  add(canonicalText(fields.text))
  return hash.digest('hex')
}

/**
 * The digest of a message in its folder. One without Message-ID and Date (a form robot's) is told from
 * the next equal one by when the server received it, in whole seconds: COPY and MOVE keep that (RFC 3501 6.4.7).
 */
export function placedDigest(message: Pick<Message, 'messageId' | 'date' | 'digest'>, internalDate: Date): string {
  if (message.messageId !== null || message.date !== null) return message.digest
  return createHash('sha256')
    .update(`${message.digest}:${Math.floor(internalDate.getTime() / 1000)}`)
    .digest('hex')
}

/** Line ends '\n', no blanks at line ends, no blank lines at either end, NFC. Linear in the length. */
export function canonicalText(text: string): string {
  const lines = text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.trimEnd())
  let first = 0
  let last = lines.length
  while (first < last && lines[first] === '') first += 1
  while (last > first && lines[last - 1] === '') last -= 1
  return lines.slice(first, last).join('\n')
}
