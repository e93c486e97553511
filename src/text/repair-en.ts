import type { repairSv } from './repair-sv.ts'

/** English, of damaged rows and what becomes of them. */
export const repairEn: Record<keyof typeof repairSv, string> = {
  aboutRepair:
    'mend messages that do not open, from their own source or the copy in the mailbox, and customers from their messages',
  repairing: 'Examining {account}',
  repairDone: '{account}: {examined} messages examined, {broken} broken, {repaired} mended: {ids}',
  repairLeft: '{id} stays as it was: {reason}',
  repairNoCopy: 'no copy in a folder that is followed. Restore a backup from before',
  repairGone: 'the copy is no longer where it lay. Run gallra sync and try again',
  repairOtherContent: 'what lies in its place is another message',
  repairRefused: 'the server does not give the folder or the message',
  repairFolderBroken: 'the row of its folder does not open either. Run gallra sync, which mends it, and try again',
  repairNotFollowed: 'the account is not followed; the server was not asked',
  repairUnreachable: 'the server was not reached. Try again',
  messagesUnopened: '{count} messages do not open, damaged or changed: {ids}. Mend them: gallra repair --by NAME',
  repairCustomers:
    'Customers that did not open and now have names and addresses from their messages: {ids}. Names that you gave them yourselves are lost: gallra customer rename',
  repairCustomersInPart:
    'Of these, addresses may be missing, since messages of theirs do not open, and gallra scan --customer may miss something: {ids}. When such a message is mended its address comes along; until then scan by address too: gallra scan --address',
  repairCustomersCompleted:
    'Customers that now have names and addresses they lacked, from messages that open again: {ids}',
  repairCustomersLeft:
    'Customers that do not open and are as they were, none of their messages says who they are: {ids}',
  subjectBroken: '(does not open)',
}
