import { describe, expect, it } from 'vitest'
import { checkStories, tellNightlyDecade } from './core-stories.ts'

describe('stories on the pure core', () => {
  it('200 of them: after every step archive and mailbox are what a slow and obvious model says', () =>
    checkStories(Number(process.env['GALLRA_SEED'] ?? 1978), 200))

  // Seeds 2 and 3 in `npm run test:long`.
  it('ten years of seed 1 with a run every night', async () => {
    const told = await tellNightlyDecade(1, 250)
    expect(told.nights).toBeGreaterThanOrEqual(3650)
    expect(told.purged).toBeGreaterThan(10)
  }, 300_000)
})
