import { describe, it } from 'vitest'
import { checkStories } from './core-stories.ts'

describe('stories on the pure core', () => {
  it('200 of them: after every step archive and mailbox are what a slow and obvious model says', () => checkStories(Number(process.env['GALLRA_SEED'] ?? 1978), 200))
})
