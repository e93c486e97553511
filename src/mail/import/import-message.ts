export interface ImportedMessage {
  /** Where it was found. Given back as `after`, the import goes on with the next message. */
  position: string
  source: Buffer
  /** Delivery time as the store tells it (From_ line, file time of Maildir); null for .eml. */
  internalDate: Date | null
  /** IMAP flags, e.g. '\\Seen'. */
  flags: string[]
}

/** A single message above this (octets) is not mail; the import stops rather than fill the memory. */
export const MAX_IMPORT_BYTES = 256 * 1024 * 1024
