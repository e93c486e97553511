import { GallraError } from '../../errors.ts'
import { tryLogin } from '../../mail/smtp/send.ts'
import type { ServerLogin } from '../../core/mailbox/server-login.ts'
import { saveSmtp as save, type Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'

/** What may be shown of how an account sends. */
interface PublicSmtp {
  account: string
  /** null: it does not send. */
  smtp: (Omit<ServerLogin, 'password' | 'ca'> & { ca: boolean }) | null
}

/** A CA stays until another is given. */
export async function saveSmtp(
  archive: Archive,
  account: Account,
  login: Omit<ServerLogin, 'ca'> & { ca: string | null },
  now: Date,
): Promise<PublicSmtp> {
  const smtp: ServerLogin = { ...login, ca: login.ca ?? account.settings.smtp?.ca ?? null }
  await save(archive, account, smtp, now)
  return publicSmtp(account, smtp)
}

/** Logs in and sends nothing. @throws GallraError smtp-missing and those of the server */
export async function testSmtp(account: Account): Promise<PublicSmtp & { host: string }> {
  const { smtp } = account.settings
  if (!smtp) throw new GallraError('smtp-missing')
  await tryLogin(smtp)
  return { ...publicSmtp(account, smtp), host: smtp.host }
}

export function publicSmtp(account: Account, smtp = account.settings.smtp ?? null): PublicSmtp {
  if (smtp === null) return { account: account.settings.address, smtp: null }
  const { host, port, security, user, ca } = smtp
  return { account: account.settings.address, smtp: { host, port, security, user, ca: ca !== null } }
}
