/** Folders that stand for a case: moving a message into one is a person's decision. */
import { CASES, type Case } from '../classification.ts'

export type FolderNames = Record<Case, string | null>

export const DEFAULT_FOLDER_NAMES: Readonly<FolderNames> = {
  complaints: 'Reklamationer',
  support: 'Support',
  payments: 'Betalningar',
  privacy: 'Dataskydd',
  other: 'Övrigt',
} satisfies Record<Case, string>

/** The names in force: those chosen (null = no folder for that case), else the default. */
export function folderNames(chosen: Partial<FolderNames> | undefined): FolderNames {
  return { ...DEFAULT_FOLDER_NAMES, ...chosen }
}

/**
 * The case an IMAP folder stands for. A name counts at the top level or directly under INBOX, where some servers keep
 * all folders (RFC 2342); `/` in a name parts levels whatever the server's delimiter. Letter case counts, Unicode
 * composition does not.
 */
export function caseOfFolder(path: string, delimiter: string, names: FolderNames): Case | null {
  const parts = splitPath(path, delimiter)
  if (parts.length > 1 && isInbox(parts[0]!)) parts.shift()
  const name = parts.join('/')
  return CASES.find((known) => names[known] !== null && splitPath(names[known], '/').join('/') === name) ?? null
}

/** The path under which the server's hierarchy has a folder of that name, before any prefix of its own. */
export function pathOfName(name: string, delimiter: string): string {
  return delimiter === '' ? name : splitPath(name, '/').join(delimiter)
}

/** INBOX is one folder in any letter case (RFC 9051 section 5.1). */
export function isInbox(path: string): boolean {
  return path.toUpperCase() === 'INBOX'
}

function splitPath(path: string, delimiter: string): string[] {
  return (delimiter === '' ? [path] : path.split(delimiter)).map((part) => part.normalize('NFC').trim())
}
