/** A correspondent (RFC 5322 mailbox). `address` is lower-cased; `name` is '' when the header gave none. */
export interface Address {
  name: string
  address: string
}

export interface Attachment {
  /** Last path component only, control characters removed; null when the part named none. */
  filename: string | null
  contentType: string
  /** Octets after transfer decoding. */
  size: number
  /** Lower-case hex SHA-256 of the decoded octets. */
  sha256: string
  /** Its text, bounded; '' when it has none (a scan). Absent when it was not or could not be read. */
  text?: string
}

/** Header fields (RFC 3834, 2919, 8601) that say what kind of sender this is; '' or [] when absent. */
export interface SenderSigns {
  autoSubmitted: string
  precedence: string
  listId: string
  listUnsubscribe: string
  returnPath: string
  /** Every Authentication-Results field, unfolded, topmost first. */
  authenticationResults: string[]
}

/** One parsed message. Plain data: what the rest of the core works on. */
export interface Message {
  /** RFC 5322 msg-id without angle brackets, case kept; null when absent or unusable. */
  messageId: string | null
  inReplyTo: string[]
  references: string[]
  from: Address[]
  replyTo: Address[]
  to: Address[]
  cc: Address[]
  bcc: Address[]
  /** The sender's claim; null when absent or absurd. */
  date: Date | null
  subject: string
  /** The whole body as text (HTML rendered to text where there is no plain part), '\n' line ends. */
  text: string
  /** `text` without quoted history, signature and footer. */
  newText: string
  attachments: Attachment[]
  signs: SenderSigns
  /** Canonical digest (see canonical-digest.ts), lower-case hex SHA-256. */
  digest: string
}

/** Whether the message came to the firm, went out from it, or stayed among its own people. */
export type Direction = 'incoming' | 'outgoing' | 'internal'

/** The firm's own identities, as configured on the account. All lower-cased. */
export interface OwnIdentity {
  addresses: string[]
  domains: string[]
  staffAddresses: string[]
  /** Trusted authserv-id (RFC 8601 section 2.5); null = no Authentication-Results is believed. */
  authservId: string | null
}

/** No mail server kept mail over IMAP before: a date from then is a broken migration's or a flat battery's. */
const FIRST_BELIEVABLE = Date.UTC(1980, 0, 1)

/**
 * When a message was received: the latest that server (internalDate) and sender (Date) say. A broken migration
 * leaves 1970 and would make mail due at once, so a date that cannot be believed is ignored, and without any date it
 * counts as received `now` (P2). Never later than `now`: a clock ahead of ours must not postpone a purge for ever.
 */
export function receiptOf(said: (Date | null)[], now: Date): Date {
  const believable = said.flatMap((at) => (at !== null && at.getTime() >= FIRST_BELIEVABLE ? [at.getTime()] : []))
  return believable.length === 0 ? now : new Date(Math.min(now.getTime(), Math.max(...believable)))
}
