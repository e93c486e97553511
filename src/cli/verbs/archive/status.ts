import { readStatus } from '../../../pipeline/read/status.ts'
import { statusCard } from '../../../present/status.ts'
import type { Call } from '../../call/call.ts'
import { table } from '../../call/table.ts'
import { noteBroken, withArchive } from '../../call/with-archive.ts'

export async function showStatus(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    noteBroken(call, opened)
    const status = await readStatus(opened, call.clock())
    call.report(status, () => {
      const { head, accounts, cases } = statusCard(call, status)
      return [...head, '', accounts === null ? call.texts.noAccounts : table(call, accounts), '', ...cases]
        .join('\n')
        .trimEnd()
    })
  })
}
