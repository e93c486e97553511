/** What the rules find in a message, quoted. */
import type { Evidence } from '../classification.ts'
import type { Places } from './places.ts'
import { mayMatch, trigramsOf, type Trigrams } from './prefilter.ts'
import { findIn, type Rulebook } from './rules.ts'

/** Characters an evidence quotes. */
export const QUOTE_LENGTH = 80

/**
 * What the rules find in the message itself, or in its quoted history. History never decides the case
 * (that is about what is new), but a complaint seen only there makes the message one that may be.
 */
export function ruleEvidence(places: Places, rulebook: Rulebook, part: 'own' | 'quotedText'): Evidence[] {
  const evidence: Evidence[] = []
  const seen = new Map<string, Trigrams>()
  const trigramsIn = (text: string): Trigrams => {
    const trigrams = seen.get(text) ?? trigramsOf(text)
    seen.set(text, trigrams)
    return trigrams
  }
  for (const rule of rulebook.rules) {
    const wanted = rule.where.filter(
      (place) => (place === 'quotedText') === (part === 'quotedText') && places[place].normalised !== '',
    )
    for (const place of wanted) {
      const { normalised, folded } = places[place]
      if (!mayMatch(rule.prefilter, trigramsIn(rule.folded ? folded : normalised))) continue
      const found = findIn(rule, normalised, folded)
      if (found === null) continue
      // An exception anywhere the rule looks silences it, so that a subject does not outvote the text.
      if (wanted.some((other) => rule.exception?.test(places[other].normalised))) break
      evidence.push({
        rule: rule.name,
        for: rule.for,
        weight: rule.weight,
        text: quoteAt(normalised, found.index, found[0].length),
      })
      break
    }
  }
  return evidence
}

/** Names of all rules that match, as features. */
export function ruleFeatures(places: Places, rulebook: Rulebook): string[] {
  return [...ruleEvidence(places, rulebook, 'own'), ...ruleEvidence(places, rulebook, 'quotedText')].map(
    (one) => one.rule,
  )
}

/** The words that matched, with a little of what follows, at most QUOTE_LENGTH characters. */
export function quoteAt(text: string, at: number, length: number): string {
  const end = text.indexOf(' ', at + length)
  return text.slice(at, Math.min(end < 0 ? text.length : end, at + QUOTE_LENGTH)).trim()
}
