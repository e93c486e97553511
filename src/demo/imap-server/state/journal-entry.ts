import { emptyFolder, type Folder, type StoredMessage } from './folder.ts'

/** One line of the journal file. Folders go by UIDVALIDITY, which no two of a user's folders share. */
export type JournalEntry =
  | { kind: 'folder'; id: number; name: string; specialUse: string | null; subscribed: boolean }
  | { kind: 'counters'; id: number; uidNext: number; modseq: number; expunged: [uid: number, modseq: number][] }
  | { kind: 'folder-removed'; id: number }
  | { kind: 'message'; id: number; uid: number; modseq: number; flags: string[]; internalDate: string; source: string }
  | { kind: 'flags'; id: number; uid: number; modseq: number; flags: string[] }
  | { kind: 'expunged'; id: number; uids: number[]; modseq: number }

/** Applies one entry to the folders, keyed by UIDVALIDITY; `readSource` turns a source's name into its octets. */
export function applyEntry(
  folders: Map<number, Folder>,
  entry: JournalEntry,
  readSource: (name: string) => Buffer,
): void {
  if (entry.kind === 'folder') return applyFolder(folders, entry)
  if (entry.kind === 'folder-removed') {
    folders.delete(entry.id)
    return
  }
  const folder = folders.get(entry.id)
  if (folder === undefined) return
  switch (entry.kind) {
    case 'counters':
      folder.uidNext = entry.uidNext
      folder.highestModseq = entry.modseq
      folder.expunged = entry.expunged.map(([uid, modseq]) => ({ uid, modseq }))
      return
    case 'message': {
      const { uid, modseq, flags } = entry
      const message: StoredMessage = {
        uid,
        modseq,
        flags: new Set(flags),
        internalDate: new Date(entry.internalDate),
        source: readSource(entry.source),
      }
      folder.messages.set(uid, message)
      folder.uidNext = Math.max(folder.uidNext, uid + 1)
      noteChange(folder, modseq, flags)
      return
    }
    case 'flags': {
      const message = folder.messages.get(entry.uid)
      if (message !== undefined) Object.assign(message, { flags: new Set(entry.flags), modseq: entry.modseq })
      noteChange(folder, entry.modseq, entry.flags)
      return
    }
    case 'expunged':
      for (const uid of entry.uids) {
        folder.messages.delete(uid)
        folder.expunged.push({ uid, modseq: entry.modseq })
      }
      noteChange(folder, entry.modseq, [])
  }
}

function applyFolder(folders: Map<number, Folder>, entry: Extract<JournalEntry, { kind: 'folder' }>): void {
  const { id, name, specialUse, subscribed } = entry
  const known = folders.get(id)
  if (known !== undefined) {
    Object.assign(known, { name, specialUse, subscribed })
    return
  }
  folders.set(id, emptyFolder({ name, specialUse, subscribed, uidValidity: id }))
}

function noteChange(folder: Folder, modseq: number, flags: string[]): void {
  folder.highestModseq = Math.max(folder.highestModseq, modseq)
  for (const flag of flags) if (!flag.startsWith('\\')) folder.keywords.add(flag)
}
