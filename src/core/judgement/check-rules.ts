/** Finds faults in a rulebook that its form does not show: rules that are slow, silent or doubled. */
import safeRegex from 'safe-regex2'
import { foldText, normaliseText } from '../message/text-forms.ts'
import type { Wording } from '../rule-faults.ts'
import { findIn, isCase, type RightRule, type Rule, type Rulebook } from './rules.ts'

export interface RuleProblem {
  rule: string
  problem: Wording
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
    if (twin !== undefined)
      problems.push({
        rule: rule.name,
        problem: { sv: `utan verkan: likadan som ${twin}`, en: `unreachable in effect: duplicate of ${twin}` },
      })
    seen.set(twinKey, rule.name)
  }
  for (const rule of rulebook.rights)
    for (const problem of [...slowness(rule), ...examplesOf(rule)]) problems.push({ rule: rule.name, problem })
  return problems
}

function examplesOf(rule: Rule | RightRule): Wording[] {
  const speaks = (example: string) => {
    const normalised = normaliseText(example)
    return findIn(rule, normalised, foldText(normalised)) !== null
  }
  const problems = rule.examples.not
    .filter(speaks)
    .map((example) => saysOf(example, 'träffar ett exempel som den inte får', 'matches an example it must not'))
  const missed = rule.examples.match.filter((example) => !speaks(example))
  if (missed.length === rule.examples.match.length)
    return [
      ...problems,
      { sv: 'utan verkan: träffar inget av sina egna exempel', en: 'unreachable: matches none of its own examples' },
    ]
  return [
    ...problems,
    ...missed.map((example) => saysOf(example, 'träffar inte sitt exempel', 'does not match its example')),
  ]
}

function saysOf(example: string, sv: string, en: string): Wording {
  const quoted = `"${example.slice(0, 60)}"`
  return { sv: `${sv}: ${quoted}`, en: `${en}: ${quoted}` }
}

function silence(rule: Rule): Wording[] {
  if (rule.weight === 0) return [{ sv: 'utan verkan: vikten är 0', en: 'unreachable in effect: weight 0' }]
  return isCase(rule.for) || rule.weight <= 20 ? [] : [{ sv: 'vikten är för stor', en: 'weight out of range' }]
}

/**
 * Slow expressions: nested repeats (safe-regex2), and repeats without end, which together with the
 * search's own start positions cost time that grows with the square of a hostile text.
 */
function slowness(rule: Rule | RightRule): Wording[] {
  const problems: Wording[] = []
  const slow = (sv: string, en: string) =>
    problems.push({ sv: `långsamt reguljärt uttryck: ${sv}`, en: `slow regular expression: ${en}` })
  for (const source of [rule.pattern, rule.unless]) {
    if (source === undefined) continue
    if (!safeRegex(plain(source), { limit: 60 })) slow('upprepning i upprepning', 'nested repeats')
    if (/(?:^|[^\\])(?:\\\\)*(?:[*+]|\{\d+,\})/u.test(source.replace(/\[(?:\\.|[^\]\\])*\]/gu, 'c'))) {
      slow(
        'upprepning utan slut; skriv {0,40} i stället för * och {1,40} i stället för +',
        'repeat without end; write {0,40} instead of * and {1,40} instead of +',
      )
    }
    const branches = branchesOf(source).map((branch) =>
      [...branch.matchAll(/\{\d{1,4},(\d{1,6})\}/gu)].map((match) => Number(match[1])),
    )
    const widths = branches.flat()
    if (branches.some((branch) => branch.filter((width) => width > WIDE_REPEAT).length > WIDE_REPEATS_ALLOWED))
      slow(`mer än ${WIDE_REPEATS_ALLOWED} vida upprepningar`, `more than ${WIDE_REPEATS_ALLOWED} wide repeats`)
    if (widths.some((width) => width > LONGEST_REPEAT))
      slow(`upprepning över ${LONGEST_REPEAT}`, `repeat above ${LONGEST_REPEAT}`)
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
