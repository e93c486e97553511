/**
 * The rulebook: data in `rules/cases.yaml`, checked here. A rule says what it looks for, where, what
 * that speaks for and how much, and tells people why in their language. The vocabulary weighs words
 * that no single rule would name.
 */
import { z } from 'zod'
import { CASES, MARKS, type Case, type Mark } from './classification.ts'
import { foldText } from './features.ts'

/** Parts of a message a rule can look at. `signs`: one line a fact, see `signsText` in classify.ts. */
export const PLACES = ['subject', 'newText', 'quotedText', 'attachmentName', 'sender', 'signs'] as const
export type Place = (typeof PLACES)[number]

/** What vocabulary evidence is filed under. No rule may take the name. */
export const VOCABULARY_RULE = 'vocabulary'

const sentence = z.string().trim().min(3).max(500)
const place = z.enum(PLACES)
const source = z.string().min(2).max(1500)
const weight = z.number().min(-20).max(20)

const ruleSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{2,60}$/, 'must be lower-case words joined by hyphens'),
    for: z.enum([...CASES, ...MARKS]),
    weight,
    where: z.union([place.transform((one) => [one]), z.array(place).min(1)]).default(['subject', 'newText']),
    /** Regular expression source for lower-cased NFKC text with single blanks. */
    pattern: source.optional(),
    /** Beginnings of words; å, ä, ö may be typed as a, o. A leading '*' also finds the word inside compounds. */
    any: z.array(z.string().trim().min(2).max(80)).min(1).max(200).optional(),
    /** The rule stays silent where this is found. */
    unless: source.optional(),
    reason: z.strictObject({ sv: sentence, en: sentence }),
    examples: z.strictObject({ match: z.array(z.string().max(2000)).min(1), not: z.array(z.string().max(2000)).min(1) }),
  })
  .refine((rule) => (rule.pattern === undefined) !== (rule.any === undefined), 'must have either pattern or any')

const perCase = z.strictObject({ support: z.number(), payments: z.number(), complaints: z.number(), privacy: z.number(), other: z.number() })

const documentSchema = z.strictObject({
  thresholds: z.strictObject({
    /** Least lead of the best case over the second, in probability, for a certain verdict. */
    certainMargin: z.number().min(0).max(1),
    /** Probability of `complaints` from which a message may be a complaint. */
    mayBeComplaint: z.number().gt(0).max(1),
    /** The same where the verdict is certain of `other`: newsletters speak of complaints too. */
    mayBeComplaintInOther: z.number().gt(0).max(1),
    /** Sum of weights from which a mark is set. */
    mark: z.number().gt(0),
  }),
  context: z.strictObject({
    /** Added to the case of the message before. */
    sameCase: weight,
    /** Added to `complaints` when the conversation holds one. */
    complaintConversation: weight,
  }),
  rules: z.array(ruleSchema).min(1).max(1000),
  vocabulary: z.strictObject({
    reason: z.strictObject({ sv: sentence, en: sentence }),
    bias: perCase,
    /** A line a word: stem, or two joined by '_', then its weights in the order of CASES. One block of text, since YAML is slow at thousands of lists. */
    words: z.string().max(2_000_000).transform(parseWords),
  }),
})

export type RuleDefinition = z.output<typeof ruleSchema>
export type Thresholds = z.output<typeof documentSchema>['thresholds']

/** A rule ready to run. */
export interface Rule extends RuleDefinition {
  matcher: RegExp
  /** Folded text is searched (å as a). */
  folded: boolean
  exception: RegExp | null
}

/** A checked rulebook. `version` is the content hash that verdicts cite. */
export interface Rulebook {
  version: string
  thresholds: Thresholds
  context: { sameCase: number; complaintConversation: number }
  rules: Rule[]
  vocabulary: { reason: { sv: string; en: string }; bias: readonly number[]; words: ReadonlyMap<string, readonly number[]> }
}

/** Checks a parsed YAML document. Throws Error whose message names the faulty rules and what is wrong. */
export function parseRulebook(document: unknown, version: string): Rulebook {
  const parsed = documentSchema.safeParse(document)
  if (!parsed.success) {
    const problems = parsed.error.issues.slice(0, 20).map((issue) => `${placeOf(issue.path, document)}: ${issue.message}`)
    throw new Error(`${problems.join('; ')}. Correct the file and start again`)
  }
  const { thresholds, context, vocabulary } = parsed.data
  const rules: Rule[] = []
  const problems: string[] = []
  const names = new Set<string>([VOCABULARY_RULE])
  for (const definition of parsed.data.rules) {
    if (names.has(definition.name)) problems.push(`rule ${definition.name}: the name is taken`)
    names.add(definition.name)
    try {
      rules.push(compileRule(definition))
    } catch (error) {
      problems.push(`rule ${definition.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  if (problems.length > 0) throw new Error(`${problems.slice(0, 20).join('; ')}. Correct the file and start again`)
  return { version, thresholds, context, rules, vocabulary: { reason: vocabulary.reason, bias: CASES.map((one) => vocabulary.bias[one]), words: vocabulary.words } }
}

/** Why a rule speaks, in the reader's language; null when the rulebook has no such rule. */
export function explainCaseRule(rulebook: Rulebook, name: string): { sv: string; en: string } | null {
  if (name === VOCABULARY_RULE) return rulebook.vocabulary.reason
  return rulebook.rules.find((rule) => rule.name === name)?.reason ?? null
}

export function isCase(value: Case | Mark): value is Case {
  return CASES.some((one) => one === value)
}

/** What a rule finds in one text, as `classify` would: null when it stays silent. */
export function findIn(rule: Rule, normalised: string, folded: string): RegExpExecArray | null {
  const found = rule.matcher.exec(rule.folded ? folded : normalised)
  return found !== null && rule.exception?.test(normalised) === true ? null : found
}

function compileRule(definition: RuleDefinition): Rule {
  const exception = definition.unless === undefined ? null : new RegExp(definition.unless, 'iu')
  if (definition.pattern !== undefined) return { ...definition, matcher: new RegExp(definition.pattern, 'iu'), folded: false, exception }
  const stems = (definition.any ?? []).map((stem) => {
    const inside = stem.startsWith('*')
    const folded = foldText(stem.slice(inside ? 1 : 0).normalize('NFKC').toLowerCase())
    return (inside ? '' : '(?<![\\p{L}\\p{N}])') + folded.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  })
  return { ...definition, matcher: new RegExp(stems.join('|'), 'u'), folded: true, exception }
}

function parseWords(block: string, context: z.RefinementCtx): ReadonlyMap<string, readonly number[]> {
  const words = new Map<string, readonly number[]>()
  for (const line of block.split('\n')) {
    if (line.trim() === '') continue
    const [word = '', ...numbers] = line.trim().split(/\s+/u)
    const weights = numbers.map(Number)
    const sound = weights.length === CASES.length && weights.every((one) => Math.abs(one) <= 20)
    if (!sound || words.has(word)) context.addIssue({ code: 'custom', message: `line "${line.slice(0, 60)}" must be a new word and ${CASES.length} numbers` })
    words.set(word, weights)
  }
  return words
}

function placeOf(path: readonly PropertyKey[], document: unknown): string {
  const [list, index, ...rest] = path
  if (list !== 'rules' || typeof index !== 'number') return path.map(String).join('.') || 'document'
  const rules: unknown = typeof document === 'object' && document !== null && 'rules' in document ? document.rules : null
  const rule: unknown = Array.isArray(rules) ? rules[index] : null
  const name = typeof rule === 'object' && rule !== null && 'name' in rule ? String(rule.name) : `number ${index + 1}`
  return `rule ${name}${rest.length > 0 ? ` ${rest.map(String).join('.')}` : ''}`
}
