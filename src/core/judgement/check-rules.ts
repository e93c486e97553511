/** Finds faults in a rulebook that its form does not show: rules that are slow, silent or doubled. */
import safeRegex from 'safe-regex2'
import { foldText, normaliseText } from '../message/text-forms.ts'
import { ruleFault, type RuleFault } from '../rule-faults.ts'
import { findIn, isCase, type RightRule, type Rule, type Rulebook } from './rules.ts'

interface RuleProblem {
  rule: string
  problem: RuleFault
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
    for (const problem of [...slowness(rule), ...examplesOf(rule), ...silence(rule)])
      problems.push({ rule: rule.name, problem })
    const twinKey = JSON.stringify([rule.for, [...rule.where].sort(), rule.matcher.source, rule.unless ?? ''])
    const twin = seen.get(twinKey)
    if (twin !== undefined) problems.push({ rule: rule.name, problem: ruleFault('duplicate-of', { twin }) })
    seen.set(twinKey, rule.name)
  }
  for (const rule of rulebook.rights)
    for (const problem of [...slowness(rule), ...examplesOf(rule)]) problems.push({ rule: rule.name, problem })
  return problems
}

function examplesOf(rule: Rule | RightRule): RuleFault[] {
  const speaks = (example: string) => {
    const normalised = normaliseText(example)
    return findIn(rule, normalised, foldText(normalised)) !== null
  }
  const shown = (example: string) => ({ example: example.slice(0, 60) })
  const problems = rule.examples.not.filter(speaks).map((example) => ruleFault('matches-not', shown(example)))
  const missed = rule.examples.match.filter((example) => !speaks(example))
  if (missed.length === rule.examples.match.length) return [...problems, ruleFault('misses-every-match', {})]
  return [...problems, ...missed.map((example) => ruleFault('misses-match', shown(example)))]
}

function silence(rule: Rule): RuleFault[] {
  if (rule.weight === 0) return [ruleFault('weight-zero', {})]
  return isCase(rule.for) || rule.weight <= 20 ? [] : [ruleFault('weight-too-large', {})]
}

/**
 * Slow expressions: nested repeats (safe-regex2), and repeats without end, which together with the
 * search's own start positions cost time that grows with the square of a hostile text.
 */
function slowness(rule: Rule | RightRule): RuleFault[] {
  return [rule.pattern, rule.unless].flatMap((source) => (source === undefined ? [] : slownessOf(source)))
}

function slownessOf(source: string): RuleFault[] {
  const problems: RuleFault[] = []
  if (!safeRegex(plain(source), { limit: 60 })) problems.push(ruleFault('slow-nested-repeats', {}))
  if (/(?:^|[^\\])(?:\\\\)*(?:[*+]|\{\d+,\})/u.test(source.replace(/\[(?:\\.|[^\]\\])*\]/gu, 'c')))
    problems.push(ruleFault('slow-endless-repeat', {}))
  const branches = branchesOf(source).map((branch) =>
    [...branch.matchAll(/\{\d{1,4},(\d{1,6})\}/gu)].map((match) => Number(match[1])),
  )
  if (branches.some((widths) => widths.filter((width) => width > WIDE_REPEAT).length > WIDE_REPEATS_ALLOWED))
    problems.push(ruleFault('slow-wide-repeats', { most: WIDE_REPEATS_ALLOWED }))
  if (branches.flat().some((width) => width > LONGEST_REPEAT))
    problems.push(ruleFault('slow-long-repeat', { longest: LONGEST_REPEAT }))
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
