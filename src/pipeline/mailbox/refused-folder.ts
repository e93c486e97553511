/** Folders that the server refuses to open or no longer has: the other folders go on without them. */
import { GallraError } from '../../errors.ts'
import type { Mailbox, OpenedFolder } from '../../mail/imap/mailbox-types.ts'

/**
 * After being refused for this long (ms) a folder no longer blocks anything: Dovecot may list a deleted one for ever,
 * and mail whose copies seem to be in it would never be purged.
 */
export const REFUSAL_COUNTS_MS = 7 * 86_400_000

/** The server refused this folder; the connection still works. */
export function isFolderRefused(error: unknown): error is GallraError {
  return error instanceof GallraError && (error.code === 'server-refused' || error.code === 'folder-missing')
}

/** null: the server refuses the folder, or it is missing. */
export async function openUnlessRefused(mailbox: Mailbox, path: string): Promise<OpenedFolder | null> {
  try {
    return await mailbox.refreshFolder(path, null)
  } catch (error) {
    if (isFolderRefused(error)) return null
    throw error
  }
}
