import type { ArgumentList } from '../wire/arguments.ts'
import type { Mailbox } from '../state/mailbox.ts'
import type { Selection } from '../state/selection.ts'
import type { Session } from '../state/session.ts'

export interface Call {
  session: Session
  tag: string
  arguments: ArgumentList
  /** The command came with the prefix UID. */
  byUid: boolean
}
export type LoggedInCall = Call & { mailbox: Mailbox }
export type SelectedCall = LoggedInCall & { selection: Selection }

/** The text of the tagged answer; null when the command answers later by itself. */
export type Answer = string | null

/** A command with the state it needs (RFC 3501 section 6). */
export type Command =
  | { needs: 'nothing'; run: (call: Call) => Answer }
  | { needs: 'login'; run: (call: LoggedInCall) => Answer }
  | { needs: 'selection'; run: (call: SelectedCall) => Answer | Promise<Answer> }

export const CAPABILITIES =
  'IMAP4rev1 LITERAL+ SASL-IR ID ENABLE IDLE NAMESPACE UNSELECT CHILDREN UIDPLUS MOVE SPECIAL-USE ' +
  'LIST-EXTENDED LIST-STATUS CONDSTORE QRESYNC ESEARCH AUTH=PLAIN'
