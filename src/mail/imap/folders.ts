import type { ImapFlow, ListResponse } from 'imapflow'
import { isInbox } from '../../core/mailbox/case-folders.ts'
import type { FolderInfo, FolderRole } from './mailbox-types.ts'

/** Folders with their status, in one exchange where the server has LIST-STATUS (RFC 5819). */
export async function listFolderInfos(client: ImapFlow, condstore: boolean): Promise<FolderInfo[]> {
  const statusQuery = { messages: true, uidNext: true, uidValidity: true, highestModseq: condstore }
  const entries = await client.list({ statusQuery })
  if (!Array.isArray(entries)) throw new Error('LIST gave no list')
  return entries.map(folderInfo)
}

function folderInfo(entry: ListResponse): FolderInfo {
  const flags = new Set([...entry.flags].map((flag) => flag.toLowerCase()))
  const delimiter = typeof entry.delimiter === 'string' ? entry.delimiter : ''
  // Not the library's guess by name: it picks one folder only and knows no levels.
  const attribute = entry.specialUseSource === 'name' ? null : (entry.specialUse ?? null)
  const { messages, uidNext, uidValidity, highestModseq } = entry.status ?? {}
  const known = messages !== undefined && uidNext !== undefined && uidValidity !== undefined
  return {
    path: entry.path,
    delimiter,
    role: folderRole(entry.path, delimiter, attribute),
    selectable: !flags.has('\\noselect') && !flags.has('\\nonexistent'),
    status: known ? { messages, uidNext, uidValidity, highestModseq: highestModseq ?? null } : null,
  }
}

/** RFC 6154 attributes (imapflow adds `\Inbox`), compared in lower case. */
const BY_ATTRIBUTE: Record<string, FolderRole> = {
  '\\inbox': 'inbox',
  '\\sent': 'sent',
  '\\drafts': 'drafts',
  '\\trash': 'trash',
  '\\junk': 'junk',
  '\\archive': 'archive',
  '\\all': 'all',
}

/**
 * Names that desktop programs and servers without SPECIAL-USE give, in Swedish, English, Norwegian, Danish, Finnish and
 * German.
 */
const BY_NAME: [FolderRole, string[]][] = [
  [
    'sent',
    [
      'skickat',
      'skickade',
      'skickade objekt',
      'skickad post',
      'sent',
      'sent items',
      'sent messages',
      'sent mail',
      'sendt',
      'sendte elementer',
      'lähetetyt',
      'gesendet',
      'gesendete objekte',
      'gesendete elemente',
    ],
  ],
  ['drafts', ['utkast', 'drafts', 'draft', 'kladde', 'kladder', 'luonnokset', 'entwürfe']],
  [
    'trash',
    [
      'papperskorgen',
      'papperskorg',
      'borttaget',
      'borttagna objekt',
      'trash',
      'deleted',
      'deleted items',
      'deleted messages',
      'bin',
      'papirkurv',
      'slettet post',
      'roskakori',
      'papierkorb',
      'gelöschte objekte',
      'gelöschte elemente',
    ],
  ],
  [
    'junk',
    [
      'skräppost',
      'skräp',
      'junk',
      'junk e-mail',
      'junk email',
      'junk mail',
      'spam',
      'bulk mail',
      'søppelpost',
      'uønsket e-post',
      'roskaposti',
    ],
  ],
  ['archive', ['arkiv', 'arkiverat', 'archive', 'archives', 'arkisto', 'archiv']],
]

/**
 * What a folder is for. An attribute from the server outranks the name; a name counts only at the
 * top level or directly under INBOX, so that "Kunder/Arkiv" stays an ordinary folder.
 */
export function folderRole(path: string, delimiter: string, attribute: string | null): FolderRole {
  if (isInbox(path)) return 'inbox'
  const known = attribute === null ? undefined : BY_ATTRIBUTE[attribute.toLowerCase()]
  if (known !== undefined) return known
  const parts = delimiter === '' ? [path] : path.split(delimiter)
  if (parts[0] !== undefined && isInbox(parts[0])) parts.shift()
  if (parts[0] !== undefined && /^\[(gmail|google mail)\]$/i.test(parts[0])) parts.shift()
  if (parts.length !== 1) return 'other'
  const name = (parts[0] ?? '').normalize('NFC').toLowerCase().trim()
  return BY_NAME.find(([, names]) => names.includes(name))?.[0] ?? 'other'
}
