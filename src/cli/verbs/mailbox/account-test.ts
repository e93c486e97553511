import type { FolderInfo, MailboxCapabilities } from '../../../mail/imap/mailbox-types.ts'
import { connect } from '../../../pipeline/mailbox/connect.ts'
import { carriesMail } from '../../../pipeline/follow/follow.ts'
import { noteLogin, type Account } from '../../../pipeline/setup/accounts.ts'
import { fill } from '../../../text/wording/wording.ts'
import type { Call } from '../../call/call.ts'
import { oneLine } from '../../../present/safe-text.ts'
import { table } from '../../call/table.ts'
import { oneAccount, withArchive } from '../../call/with-archive.ts'

/** Logs in, looks, changes nothing, and says what gallra will and will not touch. */
export async function testAccount(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const account = oneAccount(call, opened, call.args[0])
    const mailbox = await connect(account.settings)
    try {
      const folders = await mailbox.listFolders()
      // The password works again: the account is followed from now on.
      if (account.state === 'login-refused') await noteLogin(opened.archive, account, true, call.clock())
      const shown = folders.map((folder) => ({ ...folder, followed: carriesMail(account, folder) }))
      call.report({ account: account.settings.address, capabilities: mailbox.capabilities, folders: shown }, () =>
        describe(call, account, mailbox.capabilities, shown),
      )
    } finally {
      await mailbox.logout().catch(() => mailbox.close())
    }
  })
}

const EXTENSIONS = [
  ['UIDPLUS', 'uidPlus'],
  ['CONDSTORE', 'condstore'],
  ['QRESYNC', 'qresync'],
  ['IDLE', 'idle'],
] as const satisfies [string, keyof MailboxCapabilities][]

type ShownFolder = FolderInfo & { followed: boolean }

function describe(call: Call, account: Account, capabilities: MailboxCapabilities, folders: ShownFolder[]): string {
  const { texts } = call
  const yes = (is: boolean) => (is ? texts.yes : texts.no)
  const rows = folders.map((folder) => [folder.path, folder.role, folder.status?.messages ?? '-', yes(folder.followed)])
  const known = new Set(folders.map((folder) => folder.path))
  const missing = (account.settings.folders ?? []).filter((path) => !known.has(path))
  return [
    fill(texts.testConnected, { account: account.settings.address, host: account.settings.host }),
    table(call, { head: [texts.headFolder, texts.headRole, texts.headMessages, texts.headFollowed], rows }),
    ...missing.map((path) => fill(texts.testFolderMissing, { folder: oneLine(path, 100) })),
    '',
    EXTENSIONS.map(([name, key]) => `${name} ${yes(capabilities[key])}`).join(', '),
    '',
    texts.testTouches,
    ...(account.settings.caseFolders?.filing === true ? [texts.testFiles] : []),
    capabilities.uidPlus ? texts.testRemoves : texts.testNeverRemoves,
  ].join('\n')
}
