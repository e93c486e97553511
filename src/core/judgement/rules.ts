/**
 * The rulebook: data in `rules/cases.yaml`, checked here. A rule says what it looks for, where, what
 * that speaks for and how much, and gives people the reason in their language.
 */
import { z } from 'zod'
import { CASES, MARKS, RIGHTS, type Case, type Mark } from '../classification.ts'
import { foldText } from '../message/text-forms.ts'
import { parseMeanings, type Meanings } from './meanings.ts'
import type { Model } from './model.ts'
import { PLACES } from './places.ts'
import { prefilterOf, type Prefilter } from './prefilter.ts'
import { expressionBreaksAt } from './regex-literals.ts'
import {
  entryPlace,
  ruleFault,
  RuleFaults,
  schemaFaults,
  type DocumentForm,
  type RuleFault,
  type RuleFaultCode,
} from '../rule-faults.ts'

/** What a schema here demands beyond types: its message is the code of the fault. */
const must = (fault: RuleFaultCode): RuleFaultCode => fault

const sentence = z.string().trim().min(3).max(500)
const place = z.enum(PLACES)
const source = z.string().min(2).max(1500)
/** Why a rule counts, as the author of the rules explains it to people. */
const reason = z.strictObject({ sv: sentence, en: sentence })
type Explanation = z.output<typeof reason>
const weight = z.number().min(-20).max(20)

/** What every rule has, whatever it is evidence for. */
const ruleShape = {
  name: z.string().regex(/^[a-z][a-z0-9-]{2,60}$/, must('name-form')),
  where: z
    .union([place.transform((one) => [one]), z.array(place).min(1)], must('unknown-place'))
    .default(['subject', 'newText']),
  /** Regular expression source for lower-cased NFKC text with single blanks. */
  pattern: source.optional(),
  /** Beginnings of words; å, ä, ö may be typed as a, o. A leading '*' also finds the word inside compounds. */
  any: z.array(z.string().trim().min(2).max(80)).min(1).max(200).optional(),
  /** The rule stays silent where this is found. */
  unless: source.optional(),
  reason,
  examples: z.strictObject({ match: z.array(z.string().max(2000)).min(1), not: z.array(z.string().max(2000)).min(1) }),
}

const ruleSchema = z
  .strictObject({
    ...ruleShape,
    for: z.enum([...CASES, ...MARKS]),
    weight,
    /** The case of such a message is settled, whatever the model says. Only for cases. */
    hard: z.boolean().default(false),
  })
  .refine((rule) => !rule.hard || CASES.some((one) => one === rule.for), must('hard-without-case'))
  .refine((rule) => (rule.pattern === undefined) !== (rule.any === undefined), must('pattern-or-any'))

const rightSchema = z
  .strictObject({ ...ruleShape, right: z.enum(RIGHTS) })
  .refine((rule) => (rule.pattern === undefined) !== (rule.any === undefined), must('pattern-or-any'))

const documentSchema = z.strictObject({
  thresholds: z.strictObject({
    /** Least lead of the best case over the second, in probability, for a certain verdict. */
    certainMargin: z.number().min(0).max(1),
    /**
     * Probability of `complaints` from which a message may be a complaint. A missed one costs far more than a false
     * one.
     */
    mayBeComplaint: z.number().gt(0).max(1),
    /** The same for a message in the quoted history, judged as if it had come by itself. */
    mayBeComplaintInHistory: z.number().gt(0).max(1),
    /** Sum of weights from which a mark is set. */
    mark: z.number().gt(0),
  }),
  /** Explains evidence that comes from the model, not from a rule. */
  learned: z.strictObject({ words: reason, meanings: reason, facts: reason, files: reason, history: reason }),
  rules: z.array(ruleSchema).min(1).max(1000),
  /** Which right a privacy message asks for. */
  rights: z.array(rightSchema).max(200).default([]),
})

type RuleDefinition = z.output<typeof ruleSchema>
type Thresholds = z.output<typeof documentSchema>['thresholds']

/** How a rule searches a text. */
interface Matcher {
  matcher: RegExp
  /** Folded text is searched (å as a). */
  folded: boolean
  exception: RegExp | null
  prefilter: Prefilter
}

/** A rule ready to run. */
export type Rule = RuleDefinition & Matcher

/** A rule that says which right is asked for. */
export type RightRule = z.output<typeof rightSchema> & Matcher

/** Names of evidence that the model gives, not a rule. */
export type Learned = keyof z.output<typeof documentSchema>['learned']

/** A checked rulebook. `version` is the content hash that verdicts cite. */
export interface Rulebook {
  version: string
  thresholds: Thresholds
  learned: Readonly<Record<Learned, Explanation>>
  meanings: Meanings
  rules: Rule[]
  rights: RightRule[]
}

/** A rulebook whose rules and seed have been learned from: what judges mail. */
export interface TrainedRulebook extends Rulebook {
  model: Model
}

/** Checks a parsed `cases.yaml`. Throws RuleFaults that names the faulty rules and what is wrong. */
export function parseRulebook(document: unknown, version: string, meanings: Meanings = parseMeanings({})): Rulebook {
  const parsed = documentSchema.safeParse(document, { reportInput: true })
  if (!parsed.success) throw new RuleFaults(schemaFaults(parsed.error.issues, document, FORM))
  const { thresholds, learned } = parsed.data
  const faults: RuleFault[] = []
  const names = new Set<string>(Object.keys(learned))
  const compile = <
    T extends { name: string; pattern?: string | undefined; any?: string[] | undefined; unless?: string | undefined },
  >(
    definition: T,
  ): (T & Matcher)[] => {
    const place = entryPlace('rule', definition.name)
    if (names.has(definition.name)) faults.push(ruleFault('name-taken', {}, place))
    names.add(definition.name)
    try {
      return [{ ...definition, ...matcherOf(definition) }]
    } catch {
      const broken = [definition.pattern, definition.unless].filter(
        (source) => source !== undefined && !compiles(source),
      )
      for (const source of broken.length > 0 ? broken : [definition.pattern])
        faults.push({ ...brokenExpression(source ?? ''), place })
      return []
    }
  }
  const rules = parsed.data.rules.flatMap(compile)
  const rights = parsed.data.rights.flatMap(compile)
  if (faults.length > 0) throw new RuleFaults(faults)
  return { version, thresholds, learned, meanings, rules, rights }
}

/** Why a rule counts, in both languages; null when the rulebook has no such rule. */
export function explainCaseRule(rulebook: Rulebook, name: string): Explanation | null {
  const learned: Partial<Record<string, Explanation>> = rulebook.learned
  return learned[name] ?? [...rulebook.rules, ...rulebook.rights].find((rule) => rule.name === name)?.reason ?? null
}

export function isCase(value: Case | Mark): value is Case {
  return CASES.some((one) => one === value)
}

/** What a rule finds in one text, as `classify` would: null when it stays silent. */
export function findIn(rule: Matcher, normalised: string, folded: string): RegExpExecArray | null {
  const found = rule.matcher.exec(rule.folded ? folded : normalised)
  return found !== null && rule.exception?.test(normalised) === true ? null : found
}

function matcherOf(definition: {
  pattern?: string | undefined
  any?: string[] | undefined
  unless?: string | undefined
}): Matcher {
  const exception = definition.unless === undefined ? null : new RegExp(definition.unless, 'iu')
  if (definition.pattern !== undefined) {
    const matcher = new RegExp(definition.pattern, 'iu')
    return { matcher, folded: false, exception, prefilter: prefilterOf(matcher) }
  }
  const stems = (definition.any ?? []).map((stem) => {
    const inside = stem.startsWith('*')
    const folded = foldText(
      stem
        .slice(inside ? 1 : 0)
        .normalize('NFKC')
        .toLowerCase(),
    )
    return (inside ? '' : '(?<![\\p{L}\\p{N}])') + folded.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  })
  const matcher = new RegExp(stems.join('|'), 'u')
  return { matcher, folded: true, exception, prefilter: prefilterOf(matcher) }
}

function compiles(source: string): boolean {
  try {
    return new RegExp(source, 'iu').unicode
  } catch {
    return false
  }
}

/** By where it breaks: what the engine says of it is English only. */
function brokenExpression(source: string): RuleFault {
  const at = expressionBreaksAt(source)
  const expression = source.length > 60 ? `${source.slice(0, 59)}…` : source
  return at === null
    ? ruleFault('broken-expression', { expression })
    : ruleFault('broken-expression-at', { expression, character: at + 1 })
}

const FORM: DocumentForm = {
  file: 'rulebook',
  lists: { rules: 'rule', rights: 'rule' },
  nameField: 'name',
  values: { places: PLACES.join(', ') },
}
