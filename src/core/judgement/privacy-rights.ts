/**
 * Which rights a privacy message asks for. A right need not be named: the wish decides. One message may ask
 * for several. Quoted history does not count.
 */
import { RIGHTS, type Right } from '../classification.ts'
import { placesOf, type ClassifyInput } from './places.ts'
import { quoteAt } from './rule-evidence.ts'
import { findIn, type Rulebook } from './rules.ts'

interface RightAsked {
  right: Right
  /** Name of the rule that says so. */
  rule: string
  /** The words that say so, at most 80 characters. */
  text: string
}

/** In the order of RIGHTS, one entry for each rule that matches; [] when no right is recognised. */
export function rightsAskedFor(message: ClassifyInput, { rights }: Pick<Rulebook, 'rights'>): RightAsked[] {
  const places = placesOf(message)
  const asked = rights.flatMap((rule): RightAsked[] => {
    // An exception anywhere the rule looks silences it, so that a subject does not outvote the text.
    if (rule.where.some((place) => rule.exception?.test(places[place].normalised))) return []
    for (const place of rule.where) {
      const { normalised, folded } = places[place]
      const found = normalised === '' ? null : findIn(rule, normalised, folded)
      if (found !== null)
        return [{ right: rule.right, rule: rule.name, text: quoteAt(normalised, found.index, found[0].length) }]
    }
    return []
  })
  return asked.sort((a, b) => RIGHTS.indexOf(a.right) - RIGHTS.indexOf(b.right))
}
