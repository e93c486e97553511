import { setTimeout as sleep } from 'node:timers/promises'
import { GallraError } from '../../errors.ts'
import type { Logger } from '../../log.ts'
import { setAccountState } from '../../store/accounts.ts'
import { ensureFolder } from '../../store/mailbox/folders.ts'
import { hasTransitions } from '../../store/mailbox/transitions.ts'
import { connectToFollow } from '../mailbox/connect.ts'
import { carriesMail, decideAndAct, syncAccount, syncFolder, type Follower } from './follow.ts'
import type { IngestResult } from '../ingest/archive-batch.ts'
import type { AccountContext } from '../decide/rules.ts'

/** Folders without IDLE are asked by STATUS this often (ms). */
const POLL_MS = 60_000
const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 5 * 60_000

interface WatchOptions extends AccountContext {
  clock: () => Date
  log: Logger
  pollMs?: number
  onArchived?: (result: IngestResult) => void
  /** The first pass after a connection is complete. */
  onCaughtUp?: () => void
}

/**
 * Follows one account until `signal` aborts: IDLE on the inbox, polling for the rest, reconnecting
 * with backoff and jitter. A refused login ends it: trying again could lock the account.
 */
export async function followAccount(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { archive, account, log, clock } = options
  let failures = 0
  while (!signal.aborted) {
    try {
      await followConnection(options, signal, () => (failures = 0))
    } catch (error) {
      if (error instanceof GallraError && error.code === 'login-refused') {
        await setAccountState(archive, account.id, 'login-refused', clock())
        log.error({ account: account.id, err: error }, 'login refused, stopped')
        return
      }
      log.warn({ account: account.id, err: error, failures }, 'connection failed, will try again')
    }
    // Ends at once when aborted before or meanwhile.
    await sleep(delayAfter(failures), undefined, { signal }).catch(() => undefined)
    failures += 1
  }
}

async function followConnection(options: WatchOptions, signal: AbortSignal, onWorking: () => void): Promise<void> {
  const { archive, account, rules, clock, log } = options
  const wake = createWake(signal)
  const mailbox = await connectToFollow(account.settings)
  try {
    mailbox.onClose(wake.close)
    const follower: Follower = { archive, account, rules, mailbox, clock }
    follower.onRefused = (folder, err) => log.warn({ account: account.id, folder, err }, 'folder not read')
    follower.onWithheld = (folder, messages) =>
      log.warn({ account: account.id, folder, messages }, 'messages the server does not give')
    if (options.onArchived) follower.onArchived = options.onArchived
    // Where it is not followed, only the clock wakes.
    const inbox = (await mailbox.listFolders()).find((info) => info.role === 'inbox' && carriesMail(account, info))
    if (inbox) {
      await mailbox.openFolder(inbox.path, null, false)
      mailbox.watch(wake.ring)
    }
    const archived = await syncAccount(follower)
    log.info({ account: account.id, archived: archived.archived.length, known: archived.known }, 'caught up')
    onWorking()
    options.onCaughtUp?.()
    const pollMs = options.pollMs ?? POLL_MS
    for (let nextPass = performance.now() + pollMs; ;) {
      const reason = await wake.wait(Math.max(0, nextPass - performance.now()))
      if (reason === 'closed') return
      if (reason === 'rung' && inbox) {
        const folder = await ensureFolder(archive, account.id, inbox.path, inbox.role, clock())
        await syncFolder(follower, folder, null, null)
        await decideAndAct(follower)
        // Something left the inbox: a person may have moved it, and where to shows in the other folders only.
        if (await hasTransitions(archive.pool, account.id)) await syncAccount(follower)
      }
      // By the clock, whatever woke us: a busy inbox must not starve the other folders.
      if (performance.now() < nextPass) continue
      await syncAccount(follower)
      nextPass = performance.now() + pollMs
    }
  } finally {
    mailbox.close()
  }
}

/** Doubles up to five minutes, with jitter so that many daemons do not return at once. */
function delayAfter(failures: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 12)) * (0.75 + Math.random() / 2)
}

type WakeReason = 'rung' | 'closed' | 'time'

/** Wakes one waiter; a ring that comes while it is not waiting is remembered. */
function createWake(signal: AbortSignal): {
  ring: () => void
  close: () => void
  wait: (ms: number) => Promise<WakeReason>
} {
  let rung = false
  let closed = false
  let resume: (() => void) | null = null
  const notify = () => resume?.()
  const ring = () => {
    rung = true
    notify()
  }
  const close = () => {
    closed = true
    notify()
  }
  signal.addEventListener('abort', close, { once: true })
  return {
    ring,
    close,
    async wait(ms) {
      if (!rung && !closed && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          resume = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        resume = null
      }
      if (closed || signal.aborted) return 'closed'
      if (!rung) return 'time'
      rung = false
      return 'rung'
    },
  }
}
