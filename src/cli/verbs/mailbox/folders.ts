import { caseOfFolder, folderNames, pathOfName, type FolderNames } from '../../../core/mailbox/case-folders.ts'
import { CASES, type Case } from '../../../core/classification.ts'
import { isInbox } from '../../../core/mailbox/case-folders.ts'
import type { FolderInfo, Mailbox } from '../../../mail/imap/mailbox-types.ts'
import { connect } from '../../../pipeline/mailbox/connect.ts'
import { caseOfInfo } from '../../../pipeline/mailbox/file-mail.ts'
import { saveFolderSettings, type Account, type AccountSettings } from '../../../store/accounts.ts'
import { nameOf } from '../../../text/names.ts'
import { fill } from '../../../text/texts.ts'
import { badInput, oneOf } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { oneLine } from '../../../present/safe-text.ts'
import { table } from '../../call/output.ts'
import type { Opened } from '../../../pipeline/open.ts'
import { oneAccount, withArchive } from '../../call/with-archive.ts'

interface CaseFolder {
  case: Case
  /** null: no folder stands for it. */
  name: string | null
  /** On the server; null: not there. */
  path: string | null
  messages: number | null
  followed: boolean
}

export async function listCaseFolders(call: Call): Promise<undefined> {
  const { texts } = call
  await onServer(call, async ({ account }, mailbox) => {
    const folders = caseFoldersOf(account, await mailbox.listFolders())
    const filing = account.settings.caseFolders?.filing === true
    call.report({ account: account.settings.address, filing, folders }, () =>
      [foldersTable(call, folders), '', filing ? texts.filingOn : texts.filingOff].join('\n'),
    )
  })
}

/** Makes those that are missing. Where only chosen folders are followed, these are from now on too. */
export async function createFolders(call: Call): Promise<undefined> {
  const { texts } = call
  await onServer(call, async ({ archive, account }, mailbox) => {
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
      await saveFolderSettings(archive, account, { folders: settings.folders }, call.clock())
    }
    const folders = caseFoldersOf(account, await mailbox.listFolders())
    call.report({ account: settings.address, created, folders }, () =>
      [foldersTable(call, folders), '', fill(texts.foldersCreated, { count: created.length })].join('\n'),
    )
  })
}

export async function mapFolder(call: Call): Promise<undefined> {
  const chosen = oneOf(call, 'CASE', call.args[0], 'case')!
  const name = (call.args[1] ?? '').normalize('NFC').trim()
  // Control signs and LIST's wildcards (RFC 9051 section 6.3.9) make names nobody can use.
  if (!/^[^\p{Cc}*%]{1,100}$/u.test(name) || isInbox(name))
    throw badInput(call.texts, 'FOLDER', 'notAFolderName', 'writeFolderName')
  await changeFolders(
    call,
    ({ settings }) => {
      const names = folderNames(settings.caseFolders?.names)
      const taken = caseOfFolder(name, '/', { ...names, [chosen]: null })
      if (taken !== null) throw badInput(call.texts, 'FOLDER', 'folderTaken', 'chooseOtherFolder')
      return { names: { ...settings.caseFolders?.names, [chosen]: name } }
    },
    fill(call.texts.folderMapped, { case: nameOf(call.language, 'case', chosen), folder: oneLine(name, 100) }),
  )
}

export async function unmapFolder(call: Call): Promise<undefined> {
  const chosen = oneOf(call, 'CASE', call.args[0], 'case')!
  await changeFolders(
    call,
    ({ settings }) => ({ names: { ...settings.caseFolders?.names, [chosen]: null } }),
    fill(call.texts.folderUnmapped, { case: nameOf(call.language, 'case', chosen) }),
  )
}

export async function setFiling(call: Call): Promise<undefined> {
  const on = oneOf(call, 'ON|OFF', call.args[0], 'switch')! === 'on'
  await changeFolders(call, () => ({ filing: on }), on ? call.texts.filingOn : call.texts.filingOff)
}

type CaseFolders = NonNullable<AccountSettings['caseFolders']>

async function changeFolders(
  call: Call,
  change: (account: Account) => Partial<CaseFolders>,
  said: string,
): Promise<void> {
  await withArchive(call, async (opened) => {
    const account = oneAccount(call, opened, call.given.text('account'))
    const before: CaseFolders = account.settings.caseFolders ?? { names: {}, filing: false }
    const caseFolders = { ...before, ...change(account) }
    await saveFolderSettings(opened.archive, account, { folders: account.settings.folders, caseFolders }, call.clock())
    call.report(
      { account: account.settings.address, filing: caseFolders.filing, names: folderNames(caseFolders.names) },
      () => said,
    )
  })
}

async function onServer(
  call: Call,
  work: (opened: Opened & { account: Account }, mailbox: Mailbox) => Promise<void>,
): Promise<void> {
  await withArchive(call, async (opened) => {
    const account = oneAccount(call, opened, call.given.text('account'))
    const mailbox = await connect(account.settings)
    try {
      await work({ ...opened, account }, mailbox)
    } finally {
      await mailbox.logout().catch(() => mailbox.close())
    }
  })
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

function foldersTable(call: Call, folders: CaseFolder[]): string {
  const { texts } = call
  return table(call, {
    head: [texts.headCase, texts.headFolder, texts.headOnServer, texts.headMessages, texts.headFollowed],
    rows: folders.map(({ case: known, name, path, messages, followed }) => [
      nameOf(call.language, 'case', known),
      path ?? name ?? '-',
      path === null ? texts.no : texts.yes,
      messages ?? '-',
      followed ? texts.yes : texts.no,
    ]),
  })
}
