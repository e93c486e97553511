import { connectMailbox } from '../mail/mailbox.ts'
import type { Mailbox } from '../mail/mailbox-types.ts'
import type { AccountSettings } from '../store/accounts.ts'

/** Logs in to the account's mailbox. */
export async function connect(settings: AccountSettings): Promise<Mailbox> {
  const { host, port, security, user, password, ca } = settings
  return connectMailbox({ host, port, security, user, password, ca })
}
