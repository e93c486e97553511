import { CASES, type Case } from '../../core/classification.ts'
import { folderNames, pathOfName, type FolderNames } from '../../core/mailbox/case-folders.ts'
import type { FolderInfo, Mailbox } from '../../mail/imap/mailbox-types.ts'
import { saveFolderSettings, type Account, type AccountSettings } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { connect } from '../mailbox/connect.ts'
import { caseOfInfo } from '../mailbox/file-mail.ts'

export interface CaseFolder {
  case: Case
  /** null: no folder stands for it. */
  name: string | null
  /** On the server; null: not there. */
  path: string | null
  messages: number | null
  followed: boolean
}

/** How an account's folders stand for cases. */
interface FolderUse {
  account: string
  /** gallra files new mail itself. */
  filing: boolean
  names: FolderNames
}

type CaseFolders = NonNullable<AccountSettings['caseFolders']>

export function listCaseFolders(account: Account): Promise<CaseFolder[]> {
  return onServer(account, async (mailbox) => caseFoldersOf(account, await mailbox.listFolders()))
}

/** Makes those that are missing. Where only chosen folders are followed, these are from now on too. */
export function createCaseFolders(
  archive: Archive,
  account: Account,
  now: Date,
): Promise<{ created: string[]; folders: CaseFolder[] }> {
  return onServer(account, async (mailbox) => {
    const before = await mailbox.listFolders()
    const delimiter = before.find((info) => info.delimiter !== '')?.delimiter ?? ''
    const created: string[] = []
    for (const { name, path } of caseFoldersOf(account, before)) {
      if (name !== null && path === null) created.push((await mailbox.createFolder(pathOfName(name, delimiter))).path)
    }
    const { settings } = account
    const paths = caseFoldersOf(account, await mailbox.listFolders()).flatMap(({ path }) => path ?? [])
    if (settings.folders !== null && paths.some((path) => !settings.folders!.includes(path))) {
      settings.folders = [...new Set([...settings.folders, ...paths])]
      await saveFolderSettings(archive, account, { folders: settings.folders }, now)
    }
    return { created, folders: caseFoldersOf(account, await mailbox.listFolders()) }
  })
}

export async function changeCaseFolders(
  archive: Archive,
  account: Account,
  change: Partial<CaseFolders>,
  now: Date,
): Promise<FolderUse> {
  const before: CaseFolders = account.settings.caseFolders ?? { names: {}, filing: false }
  const caseFolders = { ...before, ...change }
  await saveFolderSettings(archive, account, { folders: account.settings.folders, caseFolders }, now)
  return { account: account.settings.address, filing: caseFolders.filing, names: folderNames(caseFolders.names) }
}

async function onServer<T>(account: Account, work: (mailbox: Mailbox) => Promise<T>): Promise<T> {
  const mailbox = await connect(account.settings)
  try {
    return await work(mailbox)
  } finally {
    await mailbox.logout().catch(() => mailbox.close())
  }
}

function caseFoldersOf(account: Account, infos: FolderInfo[]): CaseFolder[] {
  const names: FolderNames = folderNames(account.settings.caseFolders?.names)
  const followed = account.settings.folders
  return CASES.map((known) => {
    const info = infos.find((each) => caseOfInfo(account, each) === known) ?? null
    const path = info?.path ?? null
    return {
      case: known,
      name: names[known],
      path,
      messages: info?.status?.messages ?? null,
      followed: path !== null && (followed === null || followed.includes(path)),
    }
  })
}
