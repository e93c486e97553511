import type { Mailbox } from '../../mail/imap/mailbox-types.ts'

/**
 * Gmail's EXPUNGE only takes a label off; the message stays in All Mail. What was moved to Trash is
 * gone from every label, and expunging it there destroys it. Returns the UIDs of `path` that are gone.
 * A crash in between leaves the copy in Trash, where the next pass finds it by its digest.
 */
export async function expungeThroughTrash(mailbox: Mailbox, path: string, uids: number[]): Promise<number[]> {
  const trash = (await mailbox.listFolders()).find((folder) => folder.role === 'trash')
  if (!trash) return []
  await mailbox.openFolder(path, null, false)
  if (trash.path === path) return (await mailbox.expunge(uids)).gone
  const moved = new Map<number, number>()
  for (const uid of uids) {
    const { uid: inTrash } = await mailbox.move(uid, trash.path)
    // Without COPYUID nobody knows which one it is there: leave it for the next pass.
    if (inTrash !== null) moved.set(inTrash, uid)
  }
  await mailbox.openFolder(trash.path, null, false)
  const { gone } = moved.size === 0 ? { gone: [] } : await mailbox.expunge([...moved.keys()])
  return gone.flatMap((uid) => moved.get(uid) ?? [])
}
