import { isList, listOf, textOf, wordOf, type Argument } from '../wire/arguments.ts'
import type { Command, LoggedInCall } from './command.ts'
import { decodeFolderName, encodeFolderName, matchesPattern } from '../wire/folder-name.ts'
import type { Folder } from '../state/folder.ts'
import type { Mailbox } from '../state/mailbox.ts'
import type { Session } from '../state/session.ts'
import { renderValue } from '../wire/wire-value.ts'

const MISSING = 'NO [NONEXISTENT] no such folder'
const LONGEST_NAME = 255

export const FOLDER_COMMANDS: Record<string, Command> = {
  LIST: { needs: 'login', run: (call) => list(call, 'LIST') },
  LSUB: { needs: 'login', run: (call) => list(call, 'LSUB') },
  STATUS: {
    needs: 'login',
    run: ({ session, mailbox, arguments: [name, items] }) => {
      const folder = findFolder(mailbox, name)
      if (folder === null) return MISSING
      sendStatus(session, folder, items)
      return 'OK done'
    },
  },
  CREATE: {
    needs: 'login',
    run: ({ mailbox, arguments: [name] }) => {
      const decoded = decodeFolderName(textOf(name)).replace(/\/$/, '')
      if (decoded === '' || decoded.length > LONGEST_NAME) return 'NO [CANNOT] unusable name'
      if (findFolder(mailbox, name) !== null) return 'NO [ALREADYEXISTS] folder exists'
      return mailbox.createFolder(decoded, null, new Date()) === null ? 'NO [ALREADYEXISTS] folder exists' : 'OK done'
    },
  },
  DELETE: {
    needs: 'login',
    run: ({ session, mailbox, arguments: [name] }) => {
      const folder = findFolder(mailbox, name)
      if (folder === null) return MISSING
      if (folder.name === 'INBOX') return 'NO [CANNOT] INBOX stays'
      if (session.selection?.folder === folder) session.unselect()
      mailbox.removeFolder(folder)
      return 'OK done'
    },
  },
  RENAME: {
    needs: 'login',
    run: ({ mailbox, arguments: [from, to] }) => {
      const folder = findFolder(mailbox, from)
      const newName = decodeFolderName(textOf(to))
      if (folder === null) return MISSING
      if (findFolder(mailbox, to) !== null) return 'NO [ALREADYEXISTS] folder exists'
      if (folder.name === 'INBOX' || newName === '' || newName.length > LONGEST_NAME) return 'NO [CANNOT] unusable name'
      if (newName.startsWith(`${folder.name}/`)) return 'NO [CANNOT] a folder cannot move into itself'
      mailbox.renameFolder(folder, newName)
      return 'OK done'
    },
  },
  SUBSCRIBE: { needs: 'login', run: (call) => subscribe(call, true) },
  UNSUBSCRIBE: { needs: 'login', run: (call) => subscribe(call, false) },
}

/** @param name in modified UTF-7 */
export function findFolder(mailbox: Mailbox, name: Argument): Folder | null {
  return mailbox.findFolder(decodeFolderName(textOf(name)))
}

function subscribe({ mailbox, arguments: [name] }: LoggedInCall, subscribed: boolean): string {
  const folder = findFolder(mailbox, name)
  if (folder === null) return MISSING
  mailbox.setSubscribed(folder, subscribed)
  return 'OK done'
}

/** LIST with the selection and return options of RFC 5258, 5819 and 6154. */
function list({ session, mailbox, arguments: given }: LoggedInCall, verb: 'LIST' | 'LSUB'): string {
  const options = isList(given[0]) ? listOf(given[0]).map(wordOf) : []
  const [reference, pattern, word, returned] = isList(given[0]) ? given.slice(1) : given
  const returns = wordOf(word) === 'RETURN' ? listOf(returned) : []
  const status = returns.findIndex((option) => wordOf(option) === 'STATUS')
  const patterns = listOf(pattern).map((one) =>
    decodeFolderName(textOf(reference) + textOf(one)).slice(0, LONGEST_NAME),
  )
  if (patterns.length === 1 && textOf(pattern) === '') {
    session.send(`* ${verb} (\\Noselect) "/" ""`)
    return 'OK done'
  }
  for (const folder of mailbox.folders.values()) {
    if (!patterns.some((one) => matchesPattern(folder.name, one))) continue
    if ((verb === 'LSUB' || options.includes('SUBSCRIBED')) && !folder.subscribed) continue
    if (options.includes('SPECIAL-USE') && folder.specialUse === null) continue
    session.send(
      `* ${verb} (${attributesOf(folder, mailbox).join(' ')}) "/" ${renderValue(encodeFolderName(folder.name))}`,
    )
    if (status >= 0) sendStatus(session, folder, returns[status + 1])
  }
  return 'OK done'
}

function attributesOf(folder: Folder, mailbox: Mailbox): string[] {
  const hasChildren = [...mailbox.folders.keys()].some((name) => name.startsWith(`${folder.name}/`))
  return [
    hasChildren ? '\\HasChildren' : '\\HasNoChildren',
    ...(folder.specialUse === null ? [] : [folder.specialUse]),
    ...(folder.subscribed ? ['\\Subscribed'] : []),
  ]
}

function sendStatus(session: Session, folder: Folder, items: Argument): void {
  const messages = [...folder.messages.values()]
  const known = new Map([
    ['MESSAGES', messages.length],
    ['RECENT', 0],
    ['UIDNEXT', folder.uidNext],
    ['UIDVALIDITY', folder.uidValidity],
    ['UNSEEN', messages.filter(({ flags }) => !flags.has('\\Seen')).length],
    ['HIGHESTMODSEQ', folder.highestModseq],
    ['SIZE', messages.reduce((sum, { source }) => sum + source.length, 0)],
  ])
  const asked = listOf(items)
    .map(wordOf)
    .filter((word) => known.has(word))
  const values = asked.map((word) => `${word} ${known.get(word)!}`)
  session.send(`* STATUS ${renderValue(encodeFolderName(folder.name))} (${values.join(' ')})`)
}
