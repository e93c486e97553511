import type { Wording } from '../wording/wording.ts'

/** Members of staff. */
export const staffText = {
  groupStaff: { sv: 'medarbetare', en: 'staff' },
  aboutStaffAdd: { sv: 'lägg till eller ändra en medarbetare', en: 'add or change a staff member' },
  aboutStaffList: { sv: 'visa medarbetare', en: 'list staff' },
  optRole: { sv: 'roll', en: 'role' },
  optStaffOwnAddress: { sv: 'e-postadress', en: 'mail address' },
  optMailLanguage: { sv: 'språk i brev till medarbetaren', en: 'language of mail to this person' },
  headRole: { sv: 'Roll', en: 'Role' },
  noStaff: { sv: 'Inga medarbetare. Lägg till: gallra staff add NAMN', en: 'No staff. Add one: gallra staff add NAME' },
  staffSaved: { sv: '{name} är sparad ({role}).', en: '{name} is saved ({role}).' },
} as const satisfies Record<string, Wording>
