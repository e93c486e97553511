import * as setup from '../../../pipeline/setup/accounts.ts'
import { accountState } from '../../../present/account.ts'
import { fill } from '../../../text/wording/wording.ts'
import { badInput, readAddress } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { readCa, readPassword } from '../../call/password.ts'
import type { ServerAddress } from '../../../core/mailbox/server-login.ts'
import { parseImapUrl } from '../../call/server-url.ts'
import { table } from '../../call/table.ts'
import { noteBroken, oneAccount, withArchive } from '../../call/with-archive.ts'

export async function addAccount(call: Call): Promise<undefined> {
  const { given, texts } = call
  const place = parseImapUrl(call.args[0] ?? '', given.has('starttls'), texts)
  const address = readAddress(call, '--address', given.text('address') ?? place.user)
  const ca = await readCa(call)
  await withArchive(
    call,
    async ({ archive }) => {
      const before = await setup.settingsBefore(archive, address, given.has('replace'))
      const password = await readPassword(call, place)
      const settings = settingsOf(call, { ...place, address, password, ca }, before)
      const added = await setup.addAccount(archive, settings, call.clock())
      if (settings.own.domains.length === 0) call.note(texts.noOwnDomain)
      call.report(added, () => fill(texts.accountSaved, { account: address }))
    },
    true,
  )
}

/** With --replace, what is not given stays as it was. */
function settingsOf(
  call: Call,
  login: ServerAddress & { address: string; password: string; ca: string | null },
  before: setup.AccountSettings | null,
): setup.AccountSettings {
  const { given } = call
  const list = (name: string, read: (value: string) => string, old: string[] | undefined) => {
    const values = given.texts(name)
    return values.length > 0 ? [...new Set(values.map(read))] : (old ?? [])
  }
  const addresses = list('ownAddress', (value) => readAddress(call, '--own-address', value), before?.own.addresses)
  const folders = given.texts('folder')
  return {
    ...login,
    ca: login.ca ?? before?.ca ?? null,
    own: {
      addresses: [...new Set([login.address, ...addresses])],
      domains: list('domain', (value) => readDomain(call, value), before?.own.domains),
      staffAddresses: list(
        'staffAddress',
        (value) => readAddress(call, '--staff-address', value),
        before?.own.staffAddresses,
      ),
      authservId: given.text('authservId')?.trim().toLowerCase() ?? before?.own.authservId ?? null,
    },
    folders: folders.length > 0 ? folders : (before?.folders ?? null),
    smtp: before?.smtp ?? null,
    ...(before?.caseFolders === undefined ? {} : { caseFolders: before.caseFolders }),
  }
}

function readDomain({ texts }: Call, value: string): string {
  const domain = value.trim().toLowerCase().replace(/^@/, '')
  if (!/^[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}$/u.test(domain))
    throw badInput(texts, '--domain', 'notADomain', 'writeDomain')
  return domain
}

export async function showAccounts(call: Call): Promise<undefined> {
  const { texts } = call
  await withArchive(call, (opened) => {
    noteBroken(call, opened)
    const accounts = setup.publicAccounts(opened.accounts)
    call.report(accounts, () =>
      accounts.length === 0
        ? texts.noAccounts
        : table(call, {
            head: [texts.headAccount, texts.headServer, texts.headState, texts.headOwn],
            rows: accounts.map(({ address, host, port, state, own }) => [
              address,
              `${host}:${port}`,
              accountState(call, state),
              [...own.domains, ...own.addresses, ...own.staffAddresses].join(', '),
            ]),
          }),
    )
    return Promise.resolve()
  })
}

export async function removeAccount(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const account = oneAccount(call, opened, call.args[0])
    await setup.removeAccount(opened.archive, account, call.clock())
    call.report({ id: account.id, state: 'removed' }, () =>
      fill(call.texts.accountNowRemoved, { account: account.settings.address }),
    )
  })
}
