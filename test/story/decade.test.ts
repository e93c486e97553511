import { describe, expect, it } from 'vitest'
import { dovecotAvailable } from '../harness/dovecot.ts'
import { tellDecade } from './decades.ts'

it.runIf(!dovecotAvailable())('Dovecot is not installed: the decades are skipped', ({ skip }) => skip())

describe.skipIf(!dovecotAvailable())('a decade on PostgreSQL and Dovecot', () => {
  it.each([1, 2])('of seed %i: after every step archive and mailbox are what the model says', async (seed) => {
    const told = await tellDecade(seed, 60)
    expect(told.purged).toBeGreaterThan(0)
    expect(told.leftMailbox).toBeGreaterThan(0)
  }, 240_000)
})
