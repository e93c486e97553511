import { GallraError } from '../../errors.ts'
import type { Mailbox } from '../../mail/imap/mailbox-types.ts'
import type { Leases } from '../../store/postgres/lease.ts'
import { connect } from '../mailbox/connect.ts'
import { syncAccount, type FollowProgress } from '../follow/follow.ts'
import { purge, type PurgeResult } from './purge.ts'
import type { AccountContext } from '../decide/rules.ts'

interface AccountPurge extends AccountContext {
  leases: Leases
  clock: () => Date
  onReading?: (progress: FollowProgress) => void
  onPurged?: (done: number, total: number) => void
  /** The server could not be reached: only what has no copy there can go. */
  onUnreached?: (error: GallraError) => void
}

/**
 * Reads the mailbox up to now, so that what others have moved is found where it lies, and purges. Where another
 * process follows the account it is read already.
 * @throws GallraError purge-running; and those of `purge`
 */
export async function purgeAccount(task: AccountPurge): Promise<PurgeResult & { reached: boolean }> {
  const { archive, account, rules, leases, clock } = task
  if (!(await leases.acquire('purge', account.id)))
    throw new GallraError('purge-running', { account: account.settings.address })
  const mailbox = await reach(task)
  try {
    if (mailbox) await readUpToNow(task, mailbox)
    const { onPurged } = task
    const purged = await purge({
      archive,
      account,
      rules,
      mailbox,
      clock,
      ...(onPurged ? { onProgress: onPurged } : {}),
    })
    return { reached: mailbox !== null, ...purged }
  } finally {
    await mailbox?.logout()
    await leases.release('purge', account.id)
  }
}

async function readUpToNow(
  { archive, account, rules, leases, clock, onReading }: AccountPurge,
  mailbox: Mailbox,
): Promise<void> {
  if (!(await leases.acquire('follow', account.id))) return
  try {
    await syncAccount({ archive, account, rules, mailbox, clock, ...(onReading ? { onProgress: onReading } : {}) })
  } finally {
    await leases.release('follow', account.id)
  }
}

async function reach({ account, onUnreached }: AccountPurge): Promise<Mailbox | null> {
  if (account.state !== 'active') return null
  try {
    return await connect(account.settings)
  } catch (error) {
    const codes = ['mail-server-unreachable', 'connection-lost', 'login-refused', 'certificate-refused']
    if (!(error instanceof GallraError) || !codes.includes(error.code)) throw error
    onUnreached?.(error)
    return null
  }
}
