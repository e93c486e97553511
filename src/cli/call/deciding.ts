import type { AccountContext } from '../../pipeline/decide/rules.ts'
import type { Decider } from '../../pipeline/decide/staff-decisions.ts'
import type { Opened, RecordId, RecordKind } from '../../pipeline/opening/open.ts'
import { badInput } from './bad-input.ts'
import type { Call } from './call.ts'
import { parseId } from './ids.ts'
import { accountOf, deciderOf, withArchive } from './with-archive.ts'

export interface Deciding<K extends RecordKind> {
  opened: Opened
  context: AccountContext
  decider: Decider
  id: RecordId<K>
}

/** Reads what is decided on, by whom and why, before anything is opened. */
export async function decided<K extends RecordKind>(
  call: Call,
  kinds: readonly K[],
  record: (deciding: Deciding<K>) => Promise<void>,
): Promise<void> {
  const id = parseId(call.args[0] ?? '', kinds, call.texts)
  const reason = reasonOf(call)
  await withArchive(call, async (opened) => {
    const decider = { ...(await deciderOf(call, opened)), reason }
    const account = await accountOf(call, opened, id)
    await record({ opened, context: { archive: opened.archive, account, rules: opened.rules }, decider, id })
  })
}

export function reasonOf(call: Call): string {
  const reason = call.given.text('reason')?.trim() ?? ''
  if (reason === '' || reason.length > 2000) throw badInput(call.texts, '--reason', 'reasonEmpty', 'writeReason')
  return reason
}
