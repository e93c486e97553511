/** What a text must hold, letter by letter, for an expression to match: a cheap test before the expensive one. */
import { RegExpParser, RegExpSyntaxError, type AST } from '@eslint-community/regexpp'

/** Any of these, each all of its pieces; null: nothing can be said. */
type Required = string[][] | null

/** More alternatives than this narrow nothing. */
const MOST_ALTERNATIVES = 400

/**
 * Pieces of text without which the expression cannot match. Letters are lower case: the text searched must be,
 * and in NFKC, where no letter outside the alphabet folds into it.
 */
export function requiredLiterals(source: string, flags: string): Required {
  return ofAlternatives(
    new RegExpParser().parsePattern(source, 0, source.length, { unicode: flags.includes('u') }).alternatives,
  )
}

/** Where an expression becomes invalid, counted from 0; null when the parser does not say. */
export function expressionBreaksAt(source: string): number | null {
  try {
    new RegExpParser().parsePattern(source, 0, source.length, { unicode: true })
    return null
  } catch (error) {
    return error instanceof RegExpSyntaxError ? error.index : null
  }
}

function ofAlternatives(alternatives: readonly AST.Alternative[]): Required {
  const all: string[][] = []
  for (const alternative of alternatives) {
    const required = ofAlternative(alternative)
    if (required === null || all.length + required.length > MOST_ALTERNATIVES) return null
    all.push(...required)
  }
  return all
}

/** Neighbouring letters join into pieces; of groups, the one that says most narrows further. */
function ofAlternative({ elements }: AST.Alternative): Required {
  const pieces: string[] = []
  let best: Required = null
  let run = ''
  const end = () => {
    if (run !== '') pieces.push(run)
    run = ''
  }
  for (const element of elements) {
    // Takes no room: the letters before and after it are still neighbours.
    if (element.type === 'Assertion') continue
    if (element.type === 'Character') {
      run += String.fromCodePoint(element.value).toLowerCase()
      continue
    }
    end()
    const required = ofElement(element)
    if (required !== null && strength(required) > strength(best)) best = required
  }
  end()
  if (pieces.length === 0) return best
  if (best === null || best.length > 20) return [pieces]
  return best.map((one) => [...pieces, ...one])
}

function ofElement(element: AST.Element): Required {
  switch (element.type) {
    case 'Group':
    case 'CapturingGroup':
      return ofAlternatives(element.alternatives)
    case 'Quantifier':
      if (element.min === 0) return null
      return element.element.type === 'Character'
        ? [[String.fromCodePoint(element.element.value).toLowerCase()]]
        : ofElement(element.element)
    default:
      return null
  }
}

/** Letters of the weakest alternative's longest piece. */
function strength(required: Required): number {
  return required === null
    ? 0
    : Math.min(...required.map((pieces) => Math.max(0, ...pieces.map((piece) => piece.length))))
}
