import * as setup from '../../../pipeline/setup/smtp.ts'
import { fill } from '../../../text/wording/wording.ts'
import type { Call } from '../../call/call.ts'
import { table } from '../../call/table.ts'
import { readCa, readPassword } from '../../call/password.ts'
import { parseSmtpUrl } from '../../call/server-url.ts'
import { chosenAccounts, oneAccount, withArchive } from '../../call/with-archive.ts'

export async function setSmtp(call: Call): Promise<undefined> {
  const place = parseSmtpUrl(call.args[0] ?? '', call.given.has('starttls'), call.texts)
  const ca = await readCa(call)
  await withArchive(call, async (opened) => {
    const account = oneAccount(call, opened, call.given.text('account'))
    const password = place.user === '' ? '' : await readPassword(call, place)
    const saved = await setup.saveSmtp(opened.archive, account, { ...place, password, ca }, call.clock())
    call.report(saved, () => fill(call.texts.smtpSaved, { account: saved.account, host: place.host }))
  })
}

export async function testSmtp(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const account = oneAccount(call, opened, call.given.text('account'))
    const { host, ...tested } = await setup.testSmtp(account)
    call.report({ ...tested, works: true }, () => fill(call.texts.smtpWorks, { account: tested.account, host }))
  })
}

export async function showSmtp(call: Call): Promise<undefined> {
  const { texts } = call
  await withArchive(call, (opened) => {
    const shown = chosenAccounts(call, opened, call.given.text('account')).map((account) => setup.publicSmtp(account))
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
