import { stockholmDate } from '../../core/retention/calendar.ts'
import type { Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { listBrokenRows, partGivenUp } from '../../store/epochs/epochs.ts'
import { countLetters } from '../../store/outbox.ts'
import { countAccount, type AccountCounts } from '../../store/read/account-counts.ts'
import { readSetting, type Settings } from '../../store/settings.ts'
import { plainValue, type Plain } from './plain-value.ts'

/** What an installation holds and what waits in it. */
export type Status = Plain<{
  /** Since when and by whom purges act; null: they do not. */
  armed: Settings['armed'] | null
  accounts: ({ account: string; state: Account['state'] } & AccountCounts)[]
  letters: Awaited<ReturnType<typeof countLetters>>
  /** null before the first night. */
  epochs: Settings['epochs'] | null
}>

export async function readStatus(
  { archive, accounts }: { archive: Archive; accounts: readonly Account[] },
  now: Date,
): Promise<Status> {
  const armed = await readSetting(archive.pool, 'armed')
  const counted: Status['accounts'] = []
  for (const { id, state, settings } of accounts) {
    const counts = await countAccount(archive.pool, id, stockholmDate(now))
    counted.push(plainValue({ account: settings.address, state, ...counts }))
  }
  const letters = await countLetters(archive.pool)
  return { armed, accounts: counted, letters, epochs: await readEpochs(archive) }
}

/** As the night found it; broken rows as they are now, since they may have been mended or given up. */
async function readEpochs(archive: Archive): Promise<Status['epochs']> {
  const epochs = await readSetting(archive.pool, 'epochs')
  if (epochs === null || epochs.broken === 0) return epochs
  const { broken, givenUp } = partGivenUp(await listBrokenRows(archive))
  return { ...epochs, broken: broken.length, givenUp: givenUp.length }
}
