/** Finds faults in a rulebook that its form does not show: rules that are slow, silent or doubled. */
import safeRegex from 'safe-regex2'
import { foldText, normaliseText } from './normal-text.ts'
import { findIn, isCase, type RightRule, type Rule, type Rulebook } from './rules.ts'

export interface RuleProblem {
  rule: string
  problem: string
}

/** A bounded repeat wider than this counts as wide; two wide ones multiply the work. */
const WIDE_REPEAT = 12
const WIDE_REPEATS_ALLOWED = 2
const LONGEST_REPEAT = 120

/** Every problem of every rule; [] when the rulebook is sound. */
export function checkRules(rulebook: Rulebook): RuleProblem[] {
  const problems: RuleProblem[] = []
  const seen = new Map<string, string>()
  for (const rule of rulebook.rules) {
    for (const problem of [...slowness(rule), ...examplesOf(rule), ...silence(rule)]) problems.push({ rule: rule.name, problem })
    const twinKey = JSON.stringify([rule.for, [...rule.where].sort(), rule.matcher.source, rule.unless ?? ''])
    const twin = seen.get(twinKey)
    if (twin !== undefined) problems.push({ rule: rule.name, problem: `unreachable in effect: duplicate of ${twin}` })
    seen.set(twinKey, rule.name)
  }
  for (const rule of rulebook.rights) for (const problem of [...slowness(rule), ...examplesOf(rule)]) problems.push({ rule: rule.name, problem })
  return problems
}

function examplesOf(rule: Rule | RightRule): string[] {
  const speaks = (example: string) => {
    const normalised = normaliseText(example)
    return findIn(rule, normalised, foldText(normalised)) !== null
  }
  const problems = rule.examples.not.filter(speaks).map((example) => `matches an example it must not: "${example.slice(0, 60)}"`)
  const missed = rule.examples.match.filter((example) => !speaks(example))
  if (missed.length === rule.examples.match.length) return [...problems, 'unreachable: matches none of its own examples']
  return [...problems, ...missed.map((example) => `does not match its example: "${example.slice(0, 60)}"`)]
}

function silence(rule: Rule): string[] {
  if (rule.weight === 0) return ['unreachable in effect: weight 0']
  return isCase(rule.for) || rule.weight <= 20 ? [] : ['weight out of range']
}

/**
 * Slow expressions: nested repeats (safe-regex2), and repeats without end, which together with the
 * search's own start positions cost time that grows with the square of a hostile text.
 */
function slowness(rule: Rule | RightRule): string[] {
  const problems: string[] = []
  for (const source of [rule.pattern, rule.unless]) {
    if (source === undefined) continue
    if (!safeRegex(plain(source), { limit: 60 })) problems.push('slow regular expression: nested repeats')
    if (/(?:^|[^\\])(?:\\\\)*(?:[*+]|\{\d+,\})/u.test(source.replace(/\[(?:\\.|[^\]\\])*\]/gu, 'c'))) {
      problems.push('slow regular expression: repeat without end; write {0,40} instead of * and {1,40} instead of +')
    }
    const branches = branchesOf(source).map((branch) => [...branch.matchAll(/\{\d{1,4},(\d{1,6})\}/gu)].map((match) => Number(match[1])))
    const widths = branches.flat()
    if (branches.some((branch) => branch.filter((width) => width > WIDE_REPEAT).length > WIDE_REPEATS_ALLOWED)) problems.push(`slow regular expression: more than ${WIDE_REPEATS_ALLOWED} wide repeats`)
    if (widths.some((width) => width > LONGEST_REPEAT)) problems.push(`slow regular expression: repeat above ${LONGEST_REPEAT}`)
  }
  return problems
}

/** safe-regex2 knows neither lookbehind nor Unicode classes; neither changes how repeats nest. */
function plain(source: string): string {
  return source.replace(/\(\?<([!=])/gu, '(?$1').replace(/\\[pP]\{\w{1,20}\}/gu, 'w')
}

/** The alternatives at the top of an expression: each is tried by itself, so their repeats do not multiply. */
function branchesOf(source: string): string[] {
  const branches = ['']
  let depth = 0
  for (const part of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|[^\\]/gsu)) {
    if (part[0] === '(') depth += 1
    if (part[0] === ')') depth -= 1
    if (part[0] === '|' && depth === 0) branches.push('')
    else branches.push((branches.pop() ?? '') + part[0])
  }
  return branches
}
