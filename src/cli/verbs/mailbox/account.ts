import { GallraError } from '../../../errors.ts'
import { findAccount, saveAccount, setAccountState, type AccountSettings } from '../../../store/accounts.ts'
import { accountState } from '../../../present/account.ts'
import { fill } from '../../../text/texts.ts'
import { badInput, readAddress } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { readCa, readPassword } from '../../call/password.ts'
import type { ServerAddress } from '../../../core/mailbox/server-login.ts'
import { parseImapUrl } from '../../call/server-url.ts'
import { table } from '../../call/output.ts'
import { noteBroken, oneAccount, withArchive } from '../../call/with-archive.ts'

export async function addAccount(call: Call): Promise<undefined> {
  const { given, texts } = call
  const place = parseImapUrl(call.args[0] ?? '', given.has('starttls'), texts)
  const address = readAddress(call, '--address', given.text('address') ?? place.user)
  const ca = await readCa(call)
  await withArchive(
    call,
    async ({ archive }) => {
      const before = await findAccount(archive, address)
      if (before !== null && before.state !== 'removed' && !given.has('replace'))
        throw new GallraError('account-exists', { account: address })
      const secret = await readPassword(call, place)
      const settings = settingsOf(call, place, address, secret, ca, before?.settings ?? null)
      const account = await saveAccount(archive, settings, call.clock())
      if (settings.own.domains.length === 0) call.note(texts.noOwnDomain)
      call.report({ id: account.id, ...publicSettings(settings) }, () => fill(texts.accountSaved, { account: address }))
    },
    true,
  )
}

/** With --replace, what is not given stays as it was. */
function settingsOf(
  call: Call,
  place: ServerAddress,
  address: string,
  password: string,
  ca: string | null,
  before: AccountSettings | null,
): AccountSettings {
  const { given } = call
  const list = (name: string, read: (value: string) => string, old: string[] | undefined) => {
    const values = given.texts(name)
    return values.length > 0 ? [...new Set(values.map(read))] : (old ?? [])
  }
  const addresses = list('ownAddress', (value) => readAddress(call, '--own-address', value), before?.own.addresses)
  const folders = given.texts('folder')
  return {
    address,
    ...place,
    password,
    ca: ca ?? before?.ca ?? null,
    own: {
      addresses: [...new Set([address, ...addresses])],
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

function publicSettings(
  settings: AccountSettings,
): Omit<AccountSettings, 'password' | 'ca' | 'smtp'> & { ca: boolean } {
  const { address, host, port, security, user, own, folders, ca } = settings
  return { address, host, port, security, user, own, folders, ca: ca !== null }
}

export async function showAccounts(call: Call): Promise<undefined> {
  const { texts } = call
  await withArchive(call, (opened) => {
    noteBroken(call, opened)
    const { accounts } = opened
    call.report(
      accounts.map(({ id, state, settings }) => ({ id, state, ...publicSettings(settings) })),
      () =>
        accounts.length === 0
          ? texts.noAccounts
          : table(call, {
              head: [texts.headAccount, texts.headServer, texts.headState, texts.headOwn],
              rows: accounts.map(({ state, settings }) => [
                settings.address,
                `${settings.host}:${settings.port}`,
                accountState(call, state),
                [...settings.own.domains, ...settings.own.addresses, ...settings.own.staffAddresses].join(', '),
              ]),
            }),
    )
    return Promise.resolve()
  })
}

export async function removeAccount(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const account = oneAccount(call, opened, call.args[0])
    await setAccountState(opened.archive, account.id, 'removed', call.clock())
    call.report({ id: account.id, state: 'removed' }, () =>
      fill(call.texts.accountNowRemoved, { account: account.settings.address }),
    )
  })
}
