/** Folders that the server does not open, or has no more: the others go on without them. */
import { GallraError } from '../../errors.ts'
import type { Mailbox, OpenedFolder } from '../../mail/imap/mailbox-types.ts'

/**
 * A folder refused for longer (ms) holds nothing up any more: Dovecot may list one for ever that is
 * no more and cannot be opened, and mail whose copies seem to lie in a vanished folder would never go.
 */
export const REFUSAL_COUNTS_MS = 7 * 86_400_000

/** The server said no to this folder; the connection stands. */
export function isFolderRefused(error: unknown): error is GallraError {
  return error instanceof GallraError && (error.code === 'server-refused' || error.code === 'folder-missing')
}

/** null: refused or missing. */
export async function openUnlessRefused(mailbox: Mailbox, path: string): Promise<OpenedFolder | null> {
  try {
    return await mailbox.refreshFolder(path, null)
  } catch (error) {
    if (isFolderRefused(error)) return null
    throw error
  }
}
