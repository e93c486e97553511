import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { applyEntry, type JournalEntry } from './journal-entry.ts'
import type { Journal } from './journal.ts'
import type { Folder, StoredMessage } from './folder.ts'

/**
 * A mailbox on disk: one file per distinct source, and a journal with one JSON line per change,
 * written before the change is answered, so that a killed server hands out no UID twice. The
 * journal is rewritten to its shortest form at each start.
 */
export class FileJournal implements Journal {
  lastUidValidity = 0
  private readonly directory: string
  private file: number | null = null

  /** @param directory is made when absent; one server process at a time may use it. */
  constructor(directory: string) {
    this.directory = directory
    mkdirSync(join(directory, 'sources'), { recursive: true, mode: 0o700 })
  }

  load(): Map<string, Folder> {
    const folders = new Map<number, Folder>()
    for (const entry of readEntries(join(this.directory, 'journal.jsonl'))) {
      this.lastUidValidity = Math.max(this.lastUidValidity, entry.id)
      applyEntry(folders, entry, (name) => readFileSync(join(this.directory, 'sources', name)))
    }
    this.rewrite([...folders.values()])
    return new Map([...folders.values()].map((folder) => [folder.name, folder]))
  }

  saveFolder(folder: Folder): void {
    this.lastUidValidity = Math.max(this.lastUidValidity, folder.uidValidity)
    this.write(folderEntry(folder))
  }

  removeFolder(folder: Folder): void {
    this.write({ kind: 'folder-removed', id: folder.uidValidity })
  }

  renameFolder(folder: Folder, newName: string): void {
    this.write({ ...folderEntry(folder), name: newName })
  }

  saveMessage(folder: Folder, message: StoredMessage): void {
    const path = join(this.directory, 'sources', sourceName(message.source))
    if (!existsSync(path)) {
      writeFileSync(`${path}.new`, message.source, { mode: 0o600 })
      renameSync(`${path}.new`, path)
    }
    this.write(messageEntry(folder, message))
  }

  saveFlags(folder: Folder, { uid, modseq, flags }: StoredMessage): void {
    this.write({ kind: 'flags', id: folder.uidValidity, uid, modseq, flags: [...flags] })
  }

  saveExpunged(folder: Folder, messages: readonly StoredMessage[], modseq: number): void {
    this.write({ kind: 'expunged', id: folder.uidValidity, uids: messages.map(({ uid }) => uid), modseq })
  }

  close(): void {
    if (this.file !== null) closeSync(this.file)
    this.file = null
  }

  private write(entry: JournalEntry): void {
    if (this.file === null) throw new Error('the mailbox is closed')
    writeSync(this.file, `${JSON.stringify(entry)}\n`)
  }

  /** Also drops the sources no message refers to any more. */
  private rewrite(folders: Folder[]): void {
    const path = join(this.directory, 'journal.jsonl')
    const used = new Set<string>()
    // The removal of a folder that never was keeps the highest UIDVALIDITY known.
    const entries: JournalEntry[] = [{ kind: 'folder-removed', id: this.lastUidValidity }]
    for (const folder of folders) {
      const { uidValidity: id, uidNext, highestModseq: modseq } = folder
      entries.push(folderEntry(folder))
      for (const message of folder.messages.values()) {
        used.add(sourceName(message.source))
        entries.push(messageEntry(folder, message))
      }
      entries.push({
        kind: 'counters',
        id,
        uidNext,
        modseq,
        expunged: folder.expunged.map((gone) => [gone.uid, gone.modseq]),
      })
    }
    writeFileSync(`${path}.new`, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 })
    renameSync(`${path}.new`, path)
    for (const name of readdirSync(join(this.directory, 'sources'))) {
      if (!used.has(name)) rmSync(join(this.directory, 'sources', name))
    }
    this.file = openSync(path, 'a', 0o600)
  }
}

function folderEntry({ uidValidity, name, specialUse, subscribed }: Folder): Extract<JournalEntry, { kind: 'folder' }> {
  return { kind: 'folder', id: uidValidity, name, specialUse, subscribed }
}

function messageEntry(folder: Folder, { uid, modseq, flags, internalDate, source }: StoredMessage): JournalEntry {
  return {
    kind: 'message',
    id: folder.uidValidity,
    uid,
    modseq,
    flags: [...flags],
    internalDate: internalDate.toISOString(),
    source: sourceName(source),
  }
}

function sourceName(source: Buffer): string {
  return `${createHash('sha256').update(source).digest('hex')}.eml`
}

/** A last line that a kill cut short was never answered, so it is left out. */
function readEntries(path: string): JournalEntry[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.slice(0, -1).map((line) => JSON.parse(line) as JournalEntry)
}
