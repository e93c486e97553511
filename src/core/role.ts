/** What a member of staff may do; the weekly letter goes to `dpo` and `admin`. */
export const ROLES = ['staff', 'dpo', 'admin'] as const
export type Role = (typeof ROLES)[number]
