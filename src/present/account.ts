import type { Account } from '../pipeline/opening/open.ts'
import type { TextKey } from '../text/texts.ts'
import type { Words } from './words.ts'

export function accountState({ texts }: Words, state: Account['state']): string {
  return texts[STATES[state]]
}

const STATES = {
  active: 'accountActive',
  'login-refused': 'accountLoginRefused',
  removed: 'accountRemoved',
} as const satisfies Record<Account['state'], TextKey>
