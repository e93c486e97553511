import type { ImapFlow, ListResponse } from 'imapflow'
import { folderRole } from './folders.ts'
import type { FolderInfo } from './mailbox-types.ts'

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
  // The library's guess by name is not taken: it crowns one folder only and knows no levels.
  const told = entry.specialUseSource === 'name' ? null : (entry.specialUse ?? null)
  const { messages, uidNext, uidValidity, highestModseq } = entry.status ?? {}
  const known = messages !== undefined && uidNext !== undefined && uidValidity !== undefined
  return {
    path: entry.path,
    delimiter,
    role: folderRole(entry.path, delimiter, told),
    selectable: !flags.has('\\noselect') && !flags.has('\\nonexistent'),
    status: known ? { messages, uidNext, uidValidity, highestModseq: highestModseq ?? null } : null,
  }
}
