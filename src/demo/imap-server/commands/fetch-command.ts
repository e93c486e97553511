import type { ImapAttributeNode } from 'imapflow/lib/handler/types.js'
import { isList, listOf, numberOf, textOf, wordOf, type Argument, type ArgumentList } from '../wire/arguments.ts'
import { bodySection } from '../message/body-section.ts'
import { bodyStructureOf } from '../message/body-structure.ts'
import type { SelectedCall } from './command.ts'
import { envelopeOf } from '../message/envelope.ts'
import type { StoredMessage } from '../state/folder.ts'
import { parseMime, type MimePart } from '../message/mime-tree.ts'
import { sendVanished } from './select-commands.ts'
import { renderFlagChange, type Picked } from '../state/selection.ts'
import { renderFlags, renderInternalDate, renderValue } from '../wire/wire-value.ts'

const MACROS: Record<string, string[]> = {
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'],
}

/** FETCH with CHANGEDSINCE and VANISHED (RFC 7162). */
export async function fetchMessages(call: SelectedCall): Promise<string> {
  const {
    session,
    selection,
    byUid,
    arguments: [set, wanted, modifiers],
  } = call
  const items = itemsOf(wanted)
  const since = changedSince(call, listOf(modifiers))
  if (since > 0) addItem(items, 'MODSEQ')
  if (byUid) addItem(items, 'UID')
  for (const picked of selection.pick(textOf(set), byUid)) {
    if (picked.message.modseq <= since) continue
    const { octets, read } = renderItems(picked, items)
    session.wire.write(octets)
    if (read) markSeen(call, picked)
    await session.wire.drained()
  }
  return 'OK done'
}

function itemsOf(wanted: Argument): ImapAttributeNode[] {
  const macro = MACROS[wordOf(wanted)]
  if (macro !== undefined) return macro.map((value) => ({ type: 'ATOM', value }))
  return listOf(wanted).filter((item): item is ImapAttributeNode => item !== null && !isList(item))
}

function addItem(items: ImapAttributeNode[], value: string): void {
  if (!items.some((item) => wordOf(item) === value)) items.push({ type: 'ATOM', value })
}

function changedSince({ session, selection, byUid, arguments: [set] }: SelectedCall, modifiers: ArgumentList): number {
  const at = modifiers.findIndex((modifier) => wordOf(modifier) === 'CHANGEDSINCE')
  if (at < 0) return 0
  const since = numberOf(modifiers[at + 1])
  session.enabled.add('CONDSTORE')
  if (byUid && modifiers.some((modifier) => wordOf(modifier) === 'VANISHED')) {
    sendVanished(session, selection.folder, since, textOf(set))
  }
  return since
}

function renderItems({ sequence, message }: Picked, items: ImapAttributeNode[]): { octets: Buffer; read: boolean } {
  let tree: MimePart | null = null
  const parsed = (): MimePart => (tree ??= parseMime(message.source))
  const parts: Buffer[] = [Buffer.from(`* ${sequence} FETCH (`)]
  let read = false
  items.forEach((item, index) => {
    if (index > 0) parts.push(Buffer.from(' '))
    const name = wordOf(item)
    if (name === 'BODY.PEEK' || name === 'RFC822' || (name === 'BODY' && item.section !== undefined)) {
      parts.push(...renderSection(message, name, item, parsed))
      read ||= name !== 'BODY.PEEK'
    } else {
      parts.push(Buffer.from(renderItem(message, name, parsed), 'latin1'))
    }
  })
  parts.push(Buffer.from(')\r\n'))
  return { octets: Buffer.concat(parts), read }
}

function renderItem(message: StoredMessage, name: string, parsed: () => MimePart): string {
  switch (name) {
    case 'UID':
      return `UID ${message.uid}`
    case 'FLAGS':
      return `FLAGS ${renderFlags(message.flags)}`
    case 'MODSEQ':
      return `MODSEQ (${message.modseq})`
    case 'INTERNALDATE':
      return `INTERNALDATE ${renderInternalDate(message.internalDate)}`
    case 'RFC822.SIZE':
      return `RFC822.SIZE ${message.source.length}`
    case 'ENVELOPE':
      return `ENVELOPE ${renderValue(envelopeOf(parsed()))}`
    case 'BODY':
    case 'BODYSTRUCTURE':
      return `${name} ${renderValue(bodyStructureOf(parsed(), name === 'BODYSTRUCTURE'))}`
    default:
      throw new SyntaxError('unknown fetch item')
  }
}

function renderSection(
  message: StoredMessage,
  name: string,
  item: ImapAttributeNode,
  parsed: () => MimePart,
): Buffer[] {
  const [specifier, fieldList] = item.section ?? []
  const section = wordOf(specifier)
  const fields = listOf(fieldList).map(textOf)
  const whole = section === '' ? message.source : bodySection(parsed(), section, fields)
  const origin = item.partial?.[0]
  const length = item.partial?.[1]
  let label = name === 'RFC822' ? name : `BODY[${section}${fields.length > 0 ? ` (${fields.join(' ')})` : ''}]`
  if (origin !== undefined) label += `<${origin}>`
  if (whole === null) return [Buffer.from(`${label} NIL`, 'latin1')]
  const start = origin ?? 0
  const octets = whole.subarray(start, length === undefined ? undefined : start + length)
  return [Buffer.from(`${label} {${octets.length}}\r\n`, 'latin1'), octets]
}

function markSeen({ session, mailbox, selection }: SelectedCall, { sequence, message }: Picked): void {
  if (selection.readOnly || message.flags.has('\\Seen')) return
  mailbox.setFlags(selection.folder, message, new Set([...message.flags, '\\Seen']))
  selection.noteReported(message)
  session.send(renderFlagChange(sequence, message, session.condstore))
}
