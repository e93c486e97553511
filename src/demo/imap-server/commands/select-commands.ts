import { listOf, numberOf, textOf, wordOf, type ArgumentList } from '../wire/arguments.ts'
import type { Command, LoggedInCall, SelectedCall } from './command.ts'
import { findFolder } from './folder-commands.ts'
import type { Folder } from '../state/folder.ts'
import { renderFlagChange, type Selection } from '../state/selection.ts'
import type { Session } from '../state/session.ts'
import { formatNumberSet, includesNumber, parseNumberSet } from '../wire/number-set.ts'

const SYSTEM_FLAGS = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft']

export const SELECT_COMMANDS: Record<string, Command> = {
  SELECT: { needs: 'login', run: (call) => select(call, false) },
  EXAMINE: { needs: 'login', run: (call) => select(call, true) },
  CHECK: { needs: 'selection', run: () => 'OK done' },
  UNSELECT: {
    needs: 'selection',
    run: ({ session }) => {
      session.unselect()
      return 'OK done'
    },
  },
  CLOSE: { needs: 'selection', run: close },
}

function select({ session, mailbox, arguments: [name, parameters] }: LoggedInCall, readOnly: boolean): string {
  // RFC 7162 section 3.2.11: what follows belongs to the new folder.
  if (session.selection !== null && session.condstore) session.send('* OK [CLOSED] the folder before is closed')
  session.unselect()
  const folder = findFolder(mailbox, name)
  if (folder === null) return 'NO [NONEXISTENT] no such folder'
  const options = listOf(parameters)
  if (options.some((option) => wordOf(option) === 'CONDSTORE')) session.enabled.add('CONDSTORE')
  const selection = session.select(folder, readOnly)
  sendState(session, folder, readOnly)
  const resync = options.findIndex((option) => wordOf(option) === 'QRESYNC')
  if (resync >= 0) {
    if (!session.enabled.has('QRESYNC')) return 'BAD QRESYNC is not enabled'
    sendMissed(session, selection, listOf(options[resync + 1]))
  }
  return readOnly ? 'OK [READ-ONLY] done' : 'OK [READ-WRITE] done'
}

function sendState(session: Session, folder: Folder, readOnly: boolean): void {
  const flags = [...SYSTEM_FLAGS, ...folder.keywords].join(' ')
  session.send(`* FLAGS (${flags})`)
  session.send(`* OK [PERMANENTFLAGS (${readOnly ? '' : `${flags} \\*`})] flags`)
  session.send(`* ${folder.messages.size} EXISTS`)
  session.send('* 0 RECENT')
  session.send(`* OK [UIDVALIDITY ${folder.uidValidity}] valid`)
  session.send(`* OK [UIDNEXT ${folder.uidNext}] next`)
  session.send(`* OK [HIGHESTMODSEQ ${folder.highestModseq}] highest`)
}

/** QRESYNC (RFC 7162 section 3.2.5): what changed since the client's mod-sequence. */
function sendMissed(session: Session, selection: Selection, parameters: ArgumentList): void {
  if (numberOf(parameters[0]) !== selection.folder.uidValidity) return
  const since = numberOf(parameters[1])
  sendVanished(session, selection.folder, since, textOf(parameters[2]) || '1:*')
  for (const { sequence, message } of selection.pick('1:*', false)) {
    if (message.modseq > since) session.send(renderFlagChange(sequence, message, true))
  }
}

/** @param known the UIDs the client asks about, as a sequence-set */
export function sendVanished(session: Session, folder: Folder, since: number, known: string): void {
  const ranges = parseNumberSet(known, folder.uidNext)
  if (ranges === null) throw new SyntaxError('bad sequence set')
  const uids = folder.expunged
    .filter(({ uid, modseq }) => modseq > since && includesNumber(ranges, uid))
    .map(({ uid }) => uid)
    .sort((a, b) => a - b)
  if (uids.length > 0) session.send(`* VANISHED (EARLIER) ${formatNumberSet(uids)}`)
}

function close({ session, mailbox, selection }: SelectedCall): string {
  const { folder, readOnly } = selection
  session.unselect()
  if (!readOnly)
    mailbox.expunge(
      folder,
      [...folder.messages.values()].filter(({ flags }) => flags.has('\\Deleted')),
    )
  return 'OK done'
}
