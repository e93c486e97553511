import { tryLogin } from '../../../mail/smtp/send.ts'
import { GallraError } from '../../../errors.ts'
import type { ServerLogin } from '../../../core/mailbox/server-login.ts'
import { saveSmtp, type Account } from '../../../store/accounts.ts'
import { fill } from '../../../text/texts.ts'
import type { Call } from '../../call/call.ts'
import { table } from '../../call/output.ts'
import { readCa, readPassword } from '../../call/password.ts'
import { parseSmtpUrl } from '../../call/server-url.ts'
import { chosenAccounts, oneAccount, withArchive } from '../../call/with-archive.ts'

export async function setSmtp(call: Call): Promise<undefined> {
  const place = parseSmtpUrl(call.args[0] ?? '', call.given.has('starttls'), call.texts)
  const ca = await readCa(call)
  await withArchive(call, async (opened) => {
    const account = oneAccount(call, opened, call.given.text('account'))
    const password = place.user === '' ? '' : await readPassword(call, place)
    // As with the mailbox: a CA stays until another is given.
    const smtp: ServerLogin = { ...place, password, ca: ca ?? account.settings.smtp?.ca ?? null }
    await saveSmtp(opened.archive, account, smtp, call.clock())
    call.report(publicSmtp(account, smtp), () =>
      fill(call.texts.smtpSaved, { account: account.settings.address, host: smtp.host }),
    )
  })
}

export async function testSmtp(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const account = oneAccount(call, opened, call.given.text('account'))
    const { smtp } = account.settings
    if (!smtp) throw new GallraError('smtp-missing')
    await tryLogin(smtp)
    call.report({ ...publicSmtp(account, smtp), works: true }, () =>
      fill(call.texts.smtpWorks, { account: account.settings.address, host: smtp.host }),
    )
  })
}

export async function showSmtp(call: Call): Promise<undefined> {
  const { texts } = call
  await withArchive(call, (opened) => {
    const shown = chosenAccounts(call, opened, call.given.text('account')).map((account) =>
      publicSmtp(account, account.settings.smtp ?? null),
    )
    call.report(shown, () =>
      shown.length === 0
        ? texts.noAccounts
        : table(call, {
            head: [texts.headAccount, texts.headServer, texts.headSecurity, texts.headUser],
            rows: shown.map(({ account, smtp }) =>
              smtp === null
                ? [account, texts.smtpNone, '', '']
                : [account, `${smtp.host}:${smtp.port}`, smtp.security, smtp.user],
            ),
          }),
    )
    return Promise.resolve()
  })
}

function publicSmtp(
  account: Account,
  smtp: ServerLogin | null,
): { account: string; smtp: (Omit<ServerLogin, 'password' | 'ca'> & { ca: boolean }) | null } {
  if (smtp === null) return { account: account.settings.address, smtp: null }
  const { host, port, security, user, ca } = smtp
  return { account: account.settings.address, smtp: { host, port, security, user, ca: ca !== null } }
}
