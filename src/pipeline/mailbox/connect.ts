import { inboxApart } from '../../mail/imap/inbox-apart.ts'
import { connectMailbox } from '../../mail/imap/mailbox.ts'
import type { Mailbox } from '../../mail/imap/mailbox-types.ts'
import type { AccountSettings } from '../../store/accounts.ts'

/** Logs in to the account's mailbox. */
export async function connect(settings: AccountSettings): Promise<Mailbox> {
  const { host, port, security, user, password, ca } = settings
  return connectMailbox({ host, port, security, user, password, ca })
}

/** Two connections: one stays in INBOX, where IDLE reports new mail at once; the other goes from folder to folder. */
export async function connectToFollow(settings: AccountSettings): Promise<Mailbox> {
  const inbox = await connect(settings)
  try {
    return inboxApart(inbox, await connect(settings))
  } catch (error) {
    inbox.close()
    throw error
  }
}
