/** Where a person acts or reads: at the command line, on a page, in the mail program. */
type Via = 'cli' | 'console' | 'mailbox'

/** Who acts or reads, and where. */
export interface Actor {
  /** null: the person did not say who they are. */
  staffId: number | null
  via: Via
}

/** The actor's name in the audit log. */
export function actorName({ staffId, via }: Actor): string {
  return staffId === null ? via : `staff:${staffId}`
}
