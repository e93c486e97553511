import { isList, listOf, numberOf, octetsOf, textOf, wordOf } from '../wire/arguments.ts'
import type { Command, LoggedInCall, SelectedCall } from './command.ts'
import { findFolder } from './folder-commands.ts'
import type { StoredMessage } from '../state/folder.ts'
import { renderFlagChange } from '../state/selection.ts'
import { formatNumberSet } from '../wire/number-set.ts'

const READ_ONLY = 'NO [READ-ONLY] the folder is open for reading only'
const NO_TARGET = 'NO [TRYCREATE] no such folder'

export const MESSAGE_COMMANDS: Record<string, Command> = {
  APPEND: { needs: 'login', run: append },
  STORE: { needs: 'selection', run: store },
  COPY: { needs: 'selection', run: (call) => copy(call)?.answer ?? NO_TARGET },
  MOVE: { needs: 'selection', run: move },
  EXPUNGE: { needs: 'selection', run: expunge },
}

function append({ mailbox, arguments: given }: LoggedInCall): string {
  const folder = findFolder(mailbox, given[0])
  if (folder === null) return NO_TARGET
  const source = octetsOf(given.at(-1))
  if (given.length < 2 || source === null) return 'BAD expected a message'
  const between = given.slice(1, -1)
  const flags = listOf(between.find((argument) => isList(argument))).map(textOf)
  const dateText = textOf(between.find((argument) => !isList(argument)))
  const internalDate = dateText === '' ? new Date() : new Date(dateText)
  if (Number.isNaN(internalDate.getTime())) return 'BAD expected a date'
  const { uid } = mailbox.append(folder, source, flags, internalDate)
  return `OK [APPENDUID ${folder.uidValidity} ${uid}] done`
}

/** STORE with UNCHANGEDSINCE (RFC 7162 section 3.1.3). */
function store({ session, mailbox, selection, byUid, arguments: given }: SelectedCall): string {
  if (selection.readOnly) return READ_ONLY
  const condition = isList(given[1]) ? listOf(given[1]) : null
  const unchangedSince = condition === null ? Infinity : numberOf(condition[1])
  if (condition !== null) session.enabled.add('CONDSTORE')
  const [action, ...rest] = given.slice(condition === null ? 1 : 2)
  const operation = /^([+-]?)FLAGS(\.SILENT)?$/.exec(wordOf(action))
  if (operation === null) return 'BAD expected FLAGS'
  const flags = (isList(rest[0]) ? listOf(rest[0]) : rest).map(textOf)
  const refused: number[] = []
  for (const { sequence, message } of selection.pick(textOf(given[0]), byUid)) {
    if (message.modseq > unchangedSince) {
      refused.push(byUid ? message.uid : sequence)
      continue
    }
    // A silent store still reports what another session changed (RFC 3501 section 6.4.6).
    const silent = operation[2] !== undefined && !selection.isStale(message)
    mailbox.setFlags(selection.folder, message, combine(message.flags, operation[1]!, flags))
    selection.noteReported(message)
    if (!silent) session.send(renderFlagChange(sequence, message, session.condstore))
    else if (session.condstore) session.send(`* ${sequence} FETCH (UID ${message.uid} MODSEQ (${message.modseq}))`)
  }
  return refused.length > 0 ? `OK [MODIFIED ${formatNumberSet(refused)}] some were changed meanwhile` : 'OK done'
}

function combine(current: Set<string>, sign: string, flags: string[]): Set<string> {
  if (sign === '+') return new Set([...current, ...flags])
  if (sign === '-') return new Set([...current].filter((flag) => !flags.includes(flag)))
  return new Set(flags)
}

/** Null when the target folder does not exist. */
function copy({
  mailbox,
  selection,
  byUid,
  arguments: [set, target],
}: SelectedCall): { messages: StoredMessage[]; answer: string } | null {
  const folder = findFolder(mailbox, target)
  if (folder === null) return null
  const messages = selection.pick(textOf(set), byUid).map(({ message }) => message)
  if (messages.length === 0) return { messages, answer: 'OK nothing to do' }
  const copies = messages.map(({ source, flags, internalDate }) => mailbox.append(folder, source, flags, internalDate))
  const uids = [messages, copies].map((list) => formatNumberSet(list.map(({ uid }) => uid)))
  return { messages, answer: `OK [COPYUID ${folder.uidValidity} ${uids.join(' ')}] done` }
}

/** RFC 6851: COPYUID comes untagged, before the expunges. */
function move(call: SelectedCall): string {
  if (call.selection.readOnly) return READ_ONLY
  const copied = copy(call)
  if (copied === null) return NO_TARGET
  if (copied.messages.length > 0) call.session.send(`* ${copied.answer}`)
  call.mailbox.expunge(call.selection.folder, copied.messages)
  return 'OK done'
}

/** UID EXPUNGE (RFC 4315) takes only the given messages. */
function expunge({ session, mailbox, selection, byUid, arguments: [set] }: SelectedCall): string {
  if (selection.readOnly) return READ_ONLY
  const { folder } = selection
  const candidates = byUid
    ? selection.pick(textOf(set), true).map(({ message }) => message)
    : [...folder.messages.values()]
  mailbox.expunge(
    folder,
    candidates.filter(({ flags }) => flags.has('\\Deleted')),
  )
  return session.condstore ? `OK [HIGHESTMODSEQ ${folder.highestModseq}] done` : 'OK done'
}
