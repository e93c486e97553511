import { GallraError } from '../../../errors.ts'
import { ROLES } from '../../../core/role.ts'
import { readStaff, saveStaff } from '../../../store/staff/staff.ts'
import { fill } from '../../../text/texts.ts'
import { badInput, oneOf } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { table } from '../../call/output.ts'
import { readAddress } from '../mailbox/account.ts'
import { withArchive } from '../../call/with-archive.ts'

export async function addStaff(call: Call): Promise<undefined> {
  const { given, texts } = call
  const name = (call.args[0] ?? '').trim()
  // A bare number would be taken for an id.
  if (name === '' || name.length > 100 || /^\d+$/.test(name) || /\p{Cc}/u.test(name))
    throw badInput(texts, 'NAME', 'notAName', 'writeName')
  const role = oneOf(call, '--role', given.text('role'), ROLES) ?? 'staff'
  await withArchive(
    call,
    async ({ archive }) => {
      const address =
        given.text('address') === undefined ? null : readAddress(call, '--address', given.text('address')!)
      const language = oneOf(call, '--mail-language', given.text('mailLanguage'), ['sv', 'en'] as const) ?? 'sv'
      const member = await saveStaff(archive, { name, role, address, language }, call.clock())
      call.report(member, () => fill(texts.staffSaved, { name, role }))
    },
    true,
  )
}

export async function showStaff(call: Call): Promise<undefined> {
  const { texts } = call
  await withArchive(call, async ({ archive }) => {
    const { staff, broken } = await readStaff(archive)
    for (const { id } of broken) call.note(new GallraError('staff-broken', { id }).describe(call.language))
    call.report(staff, () =>
      staff.length === 0
        ? texts.noStaff
        : table(
            call,
            [texts.headName, texts.headRole, texts.headAddress],
            staff.map((each) => [each.name, each.role, each.address ?? '']),
          ),
    )
  })
}
