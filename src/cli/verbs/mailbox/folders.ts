import { caseOfFolder, folderNames } from '../../../core/mailbox/case-folders.ts'
import { isInbox } from '../../../core/mailbox/case-folders.ts'
import type { Account } from '../../../pipeline/opening/open.ts'
import { changeCaseFolders, createCaseFolders, listCaseFolders as read } from '../../../pipeline/setup/case-folders.ts'
import { caseFolderRows } from '../../../present/case-folders.ts'
import { oneLine } from '../../../present/safe-text.ts'
import { nameOf } from '../../../text/names.ts'
import { fill } from '../../../text/wording/wording.ts'
import { badInput, oneOf } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { table } from '../../call/table.ts'
import { oneAccount, withArchive } from '../../call/with-archive.ts'

export async function listCaseFolders(call: Call): Promise<undefined> {
  const { texts } = call
  await withArchive(call, async (opened) => {
    const account = oneAccount(call, opened, call.given.text('account'))
    const folders = await read(account)
    const filing = account.settings.caseFolders?.filing === true
    call.report({ account: account.settings.address, filing, folders }, () =>
      [table(call, caseFolderRows(call, folders)), '', filing ? texts.filingOn : texts.filingOff].join('\n'),
    )
  })
}

export async function createFolders(call: Call): Promise<undefined> {
  const { texts } = call
  await withArchive(call, async (opened) => {
    const account = oneAccount(call, opened, call.given.text('account'))
    const { created, folders } = await createCaseFolders(opened.archive, account, call.clock())
    const said = fill(texts.foldersCreated, { count: created.length })
    call.report({ account: account.settings.address, created, folders }, () =>
      [table(call, caseFolderRows(call, folders)), '', said].join('\n'),
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

async function changeFolders(
  call: Call,
  change: (account: Account) => Parameters<typeof changeCaseFolders>[2],
  said: string,
): Promise<void> {
  await withArchive(call, async (opened) => {
    const account = oneAccount(call, opened, call.given.text('account'))
    call.report(await changeCaseFolders(opened.archive, account, change(account), call.clock()), () => said)
  })
}
