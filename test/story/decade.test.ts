import { describe, expect, it } from 'vitest'
import { dovecotAvailable } from '../harness/dovecot.ts'
import { tellDecade, tellNightly } from './decades.ts'

it.runIf(!dovecotAvailable())('Dovecot is not installed: the decades are skipped', ({ skip }) => skip())

describe.skipIf(!dovecotAvailable())('a decade on PostgreSQL and Dovecot', () => {
  it.each([1, 2])(
    'of seed %i: after every step archive and mailbox are what the model says',
    async (seed) => {
      const told = await tellDecade(seed, 60)
      expect(told.purged).toBeGreaterThan(0)
      expect(told.leftMailbox).toBeGreaterThan(0)
    },
    240_000,
  )

  it('and two years of seed 3 with a run every night, two changes of clocks and two year-ends among them', async () => {
    const told = await tellNightly(3, 60, 2)
    expect(told.nights).toBeGreaterThan(360)
    expect(told.purged).toBeGreaterThan(0)
  }, 240_000)
})
