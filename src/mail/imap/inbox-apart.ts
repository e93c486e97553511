import { isInbox } from '../../core/mailbox/case-folders.ts'
import type { Mailbox } from './mailbox-types.ts'

/**
 * Two connections as one mailbox: `inbox` stays in INBOX, where the server reports new mail to it (IDLE), and reads it;
 * `others` goes from folder to folder. Any other connection than the one that got the report would first have to look
 * for the new mail: some 15 ms with 10,000 messages in Dovecot's Maildir.
 */
export function inboxApart(inbox: Mailbox, others: Mailbox): Mailbox {
  let current = others
  const at = (path: string): Mailbox => (current = isInbox(path) ? inbox : others)
  return {
    capabilities: inbox.capabilities,
    onClose: (listener) => {
      let closed = false
      const once = (): void => {
        if (!closed) listener()
        closed = true
      }
      inbox.onClose(once)
      others.onClose(once)
    },
    listFolders: () => others.listFolders(),
    openFolder: (path, known, readOnly) => at(path).openFolder(path, known, readOnly),
    refreshFolder: (path, known) => at(path).refreshFolder(path, known),
    listUids: (fromUid) => current.listUids(fromUid),
    fetchFlags: (range, changedSince) => current.fetchFlags(range, changedSince),
    fetchSources: (uids, onWithheld) => current.fetchSources(uids, onWithheld),
    fetchSource: (uid) => current.fetchSource(uid),
    addKeywords: (uids, keywords) => current.addKeywords(uids, keywords),
    removeKeywords: (uids, keywords) => current.removeKeywords(uids, keywords),
    move: (uid, toPath) => current.move(uid, toPath),
    expunge: (uids) => current.expunge(uids),
    append: (path, source, flags, internalDate) => current.append(path, source, flags, internalDate),
    createFolder: (path) => others.createFolder(path),
    watch: (onChange) => inbox.watch(onChange),
    logout: async () => {
      await Promise.all([inbox.logout(), others.logout()])
    },
    close: () => {
      inbox.close()
      others.close()
    },
  }
}
