import { isInbox } from '../../core/message/inbox.ts'

export type FolderRole = 'inbox' | 'sent' | 'drafts' | 'trash' | 'junk' | 'archive' | 'all' | 'other'

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

/** Names that servers without SPECIAL-USE and desktop programs give; Swedish, English, Norwegian, Danish, Finnish, German. */
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
  const told = attribute === null ? undefined : BY_ATTRIBUTE[attribute.toLowerCase()]
  if (told !== undefined) return told
  const parts = delimiter === '' ? [path] : path.split(delimiter)
  if (parts[0] !== undefined && isInbox(parts[0])) parts.shift()
  if (parts[0] !== undefined && /^\[(gmail|google mail)\]$/i.test(parts[0])) parts.shift()
  if (parts.length !== 1) return 'other'
  const name = (parts[0] ?? '').normalize('NFC').toLowerCase().trim()
  return BY_NAME.find(([, names]) => names.includes(name))?.[0] ?? 'other'
}
