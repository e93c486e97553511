import { GallraError } from '../../../errors.ts'
import * as setup from '../../../pipeline/setup/staff.ts'
import { describeError } from '../../../text/errors.ts'
import { nameOf } from '../../../text/names.ts'
import { fill } from '../../../text/wording/wording.ts'
import { badInput, oneOf, readAddress } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { table } from '../../call/table.ts'
import { withArchive } from '../../call/with-archive.ts'

export async function addStaff(call: Call): Promise<undefined> {
  const { given, texts } = call
  const name = (call.args[0] ?? '').trim()
  // A bare number would be taken for an id.
  if (name === '' || name.length > 100 || /^\d+$/.test(name) || /\p{Cc}/u.test(name))
    throw badInput(texts, 'NAME', 'notAName', 'writeName')
  const role = oneOf(call, '--role', given.text('role'), 'role') ?? 'staff'
  await withArchive(
    call,
    async ({ archive }) => {
      const address =
        given.text('address') === undefined ? null : readAddress(call, '--address', given.text('address')!)
      const language = given.text('mailLanguage') === 'en' ? 'en' : 'sv'
      const member = await setup.addStaff(archive, { name, role, address, language }, call.clock())
      call.report(member, () => fill(texts.staffSaved, { name, role: nameOf(call.language, 'role', role) }))
    },
    true,
  )
}

export async function showStaff(call: Call): Promise<undefined> {
  const { texts } = call
  await withArchive(call, async ({ archive }) => {
    const { staff, broken } = await setup.readStaff(archive)
    for (const id of broken) call.note(describeError(new GallraError('staff-broken', { id }), call.language))
    call.report(staff, () =>
      staff.length === 0
        ? texts.noStaff
        : table(call, {
            head: [texts.headName, texts.headRole, texts.headAddress],
            rows: staff.map((each) => [each.name, nameOf(call.language, 'role', each.role), each.address ?? '']),
          }),
    )
  })
}
