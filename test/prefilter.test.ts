import { join } from 'node:path'
import { expect, it } from 'vitest'
import { labelledInputs } from '../src/core/learning/labelled-mail.ts'
import { placesOf } from '../src/core/judgement/places.ts'
import { mayMatch, trigramsOf } from '../src/core/judgement/prefilter.ts'
import { readRules, readSeed } from '../src/rulebook/read-rules.ts'

const RULES = join(import.meta.dirname, '..', 'rules')
const { rulebook } = readRules(RULES)

it('the prefilter lets through every text in which a rule finds something, and spares most of the others', () => {
  const tally = { found: 0, spared: 0, tried: 0 }
  for (const { input } of labelledInputs(readSeed(RULES))) {
    for (const { normalised, folded } of Object.values(placesOf(input))) {
      const trigrams = { normalised: trigramsOf(normalised), folded: trigramsOf(folded) }
      for (const rule of [...rulebook.rules, ...rulebook.rights]) {
        const text = rule.folded ? folded : normalised
        const tries = mayMatch(rule.prefilter, rule.folded ? trigrams.folded : trigrams.normalised)
        const finds = rule.matcher.test(text)
        if (finds) expect(tries, `${rule.name}: ${text.slice(0, 200)}`).toBe(true)
        tally[finds ? 'found' : tries ? 'tried' : 'spared'] += 1
      }
    }
  }
  expect(tally.found).toBeGreaterThan(1_000)
  expect(tally.tried).toBeLessThan(tally.spared / 20)
})
