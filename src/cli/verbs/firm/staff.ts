import { GallraError } from '../../../errors.ts'
import { readStaff, ROLES, saveStaff } from '../../../store/staff/staff.ts'
import { describeError } from '../../../text/errors.ts'
import { fill } from '../../../text/texts.ts'
import { badInput, oneOf } from '../../input/bad-input.ts'
import type { Call, Verb } from '../../call.ts'
import { table } from '../../output.ts'
import { readAddress } from '../mailbox/account.ts'
import { withArchive } from '../../with-archive.ts'

export const STAFF_VERBS: readonly Verb[] = [
  {
    name: 'staff add',
    about: 'aboutStaffAdd',
    args: ['<name>'],
    options: [
      { flags: '--role <role>', about: 'optRole', choices: ROLES },
      { flags: '--address <address>', about: 'optStaffOwnAddress' },
      { flags: '--mail-language <language>', about: 'optMailLanguage', choices: ['sv', 'en'] },
    ],
    act: addStaff,
  },
  { name: 'staff list', about: 'aboutStaffList', act: showStaff },
]

async function addStaff(call: Call): Promise<undefined> {
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

async function showStaff(call: Call): Promise<undefined> {
  const { texts } = call
  await withArchive(call, async ({ archive }) => {
    const { staff, broken } = await readStaff(archive)
    for (const { id } of broken) call.note(describeError(new GallraError('staff-broken', { id }), call.language))
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
