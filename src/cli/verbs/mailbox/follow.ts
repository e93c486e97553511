import { GallraError } from '../../../errors.ts'
import { connect } from '../../../pipeline/mailbox/connect.ts'
import { syncAccount } from '../../../pipeline/follow/follow.ts'
import type { IngestResult } from '../../../pipeline/ingest/archive-batch.ts'
import { withLeases, type Leases } from '../../../pipeline/opening/open.ts'
import { noteLogin, type Account } from '../../../pipeline/setup/accounts.ts'
import { describeError } from '../../../text/errors.ts'
import { fill } from '../../../text/wording/wording.ts'
import type { Call } from '../../call/call.ts'
import { exitCodeOf } from '../../call/failure.ts'
import type { ExitCode } from '../../call/exit-codes.ts'
import { startBar } from '../../call/progress.ts'
import type { Opened } from '../../../pipeline/opening/open.ts'
import { chosenAccounts, exitLeavingOut, withArchive } from '../../call/with-archive.ts'

export async function startServing(call: Call): Promise<undefined> {
  const { serve } = await import('../../../serve.ts')
  await serve(call.config)
}

/** One account that fails does not keep the others from their turn. */
export async function syncAll(call: Call): Promise<ExitCode> {
  return withArchive(call, async (opened) => {
    const named = call.args[0]
    let exit: ExitCode = exitLeavingOut(opened, named)
    const accounts = chosenAccounts(call, opened, named).filter(
      (account) => named !== undefined || account.state !== 'removed',
    )
    if (accounts.length === 0) call.note(call.texts.nothingToSync)
    const results: { account: string; archived: number; known: number; tombstoned: number }[] = []
    await withLeases(opened.archive.databaseUrl, async (leases) => {
      for (const account of accounts) {
        try {
          // Asking again with the same password could lock the account out: only when named.
          if (named === undefined && account.state === 'login-refused')
            throw new GallraError('login-refused', { host: account.settings.host })
          const result = await syncOne(call, opened, leases, account)
          results.push({
            account: account.settings.address,
            archived: result.archived.length,
            known: result.known,
            tombstoned: result.tombstoned,
          })
        } catch (error) {
          if (!(error instanceof GallraError)) throw error
          if (error.code === 'login-refused') await noteLogin(opened.archive, account, false, call.clock())
          call.note(`${account.settings.address}: ${describeError(error, call.language)}`)
          exit = exitCodeOf(error)
        }
      }
    })
    if (results.length > 0 || call.json)
      call.report(results, () => results.map((result) => fill(call.texts.synced, result)).join('\n'))
    return exit
  })
}

async function syncOne(
  call: Call,
  { archive, rules }: Opened,
  leases: Leases,
  account: Account,
): Promise<IngestResult> {
  if (!(await leases.acquire('follow', account.id)))
    throw new GallraError('followed-elsewhere', { account: account.settings.address })
  const mailbox = await connect(account.settings)
  const bar = startBar(call, account.settings.address)
  try {
    if (account.state !== 'active') await noteLogin(archive, account, true, call.clock())
    return await syncAccount({
      archive,
      account,
      rules,
      mailbox,
      clock: call.clock,
      onProgress: ({ done, total }) => bar.update(done, total),
    })
  } finally {
    bar.stop()
    await mailbox.logout().catch(() => mailbox.close())
  }
}
