/**
 * What threading looks at, all keys opaque (clear strings in tests, keyed hashes in the store).
 * Two messages are linked by a symmetric predicate; a conversation is a connected component of
 * that graph, so arrival order cannot matter.
 */
export interface ThreadNode {
  /** Key of the message's own Message-ID; null when it has none. */
  idKey: string | null
  /** Keys of References and In-Reply-To. Ghosts included: the referenced message may be unseen. */
  referenceKeys: string[]
  /** Key of the normalised subject; null when too short or generic to link by. */
  subjectKey: string | null
  /** Keys of correspondents outside the firm (staff among themselves when there is none). */
  correspondentKeys: string[]
  /** Subject carries a reply or forward prefix. */
  reply: boolean
  /** Sent by the firm, and known to be (Sent folder or authenticated). */
  outgoing: boolean
  /** Failed the trusted host's DMARC check: proves nothing. */
  spoofed: boolean
  at: Date
}
