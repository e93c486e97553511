import { createReadStream } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Case } from '../../../core/classification.ts'
import { checkRules } from '../../../core/judgement/check-rules.ts'
import type { EvaluationIntervals, EvaluationReport, Interval } from '../../../core/learning/evaluation.ts'
import type { OwnIdentity } from '../../../core/message/message.ts'
import { wordRuleFault } from '../../../text/judgement/rule-faults.ts'
import { readRules, readSeed } from '../../../rulebook/read-rules.ts'
import { judgeFile, strangerFacts } from '../../../pipeline/read/judge-file.ts'
import { withScratchArchive } from '../../../pipeline/learn/scratch-archive.ts'
import { judgedFileCard } from '../../../present/judged-file.ts'
import { MIGRATIONS_DIRECTORY } from '../../../config.ts'
import { evaluateCorpus } from '../../../pipeline/learn/evaluate.ts'
import type { Rules } from '../../../pipeline/decide/rules.ts'
import { verifyAuditLog, type AuditHead } from '../../../pipeline/read/audit-log.ts'
import { nameOf } from '../../../text/names.ts'
import { fill } from '../../../text/wording/wording.ts'
import { badInput, givenCount } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { EXIT, type ExitCode } from '../../call/exit-codes.ts'
import { toJson } from '../../call/json.ts'
import { facts } from '../../call/facts.ts'
import { table } from '../../call/table.ts'
import { archiveExists, oneAccount, withArchive } from '../../call/with-archive.ts'

const MOST_FOLDS = 20
const LARGEST_FILE = 256 * 1024 * 1024

export function check(call: Call): Promise<ExitCode> {
  const { rulebook, schedule } = readRules(call.config.rulesDirectory, call.config.dataDirectory)
  const problems = checkRules(rulebook).map(({ rule, problem }) => ({
    rule,
    problem: wordRuleFault(problem)[call.language],
  }))
  const values = {
    rules: rulebook.rules.length,
    rows: schedule.rows.length,
    profile: schedule.profile,
    problems: problems.length,
  }
  call.report({ ...values, rulebook: rulebook.version, schedule: schedule.version, problems }, () =>
    [...problems.map(({ rule, problem }) => `${rule}: ${problem}`), fill(call.texts.rulesChecked, values)].join('\n'),
  )
  return Promise.resolve(problems.length === 0 ? EXIT.ok : EXIT.failed)
}

/** Judges a file as if it came in alone and now; stores nothing. */
export async function explain(call: Call): Promise<undefined> {
  const { config } = call
  const source = await readSource(call, call.args[0] ?? '')
  const { own, rules } = archiveExists(call)
    ? await installed(call)
    : { own: NOBODY, rules: readRules(config.rulesDirectory, config.dataDirectory) }
  const judged = await judgeFile(source, own, rules, call.clock())
  call.report(judged, () => {
    const { head, evidence, rights, retention } = judgedFileCard(call, rules, judged)
    return [...head, '', table(call, evidence), ...rights, '', facts(retention)].join('\n')
  })
}

const NOBODY = strangerFacts()

/** Who we are here, and what judges here. */
async function installed(call: Call): Promise<{ own: OwnIdentity; rules: Rules }> {
  return withArchive(call, (opened) => {
    const none = opened.accounts.length + opened.brokenAccounts.length === 0 && call.given.text('account') === undefined
    return Promise.resolve({
      own: none ? NOBODY : oneAccount(call, opened, call.given.text('account')).settings.own,
      rules: opened.rules,
    })
  })
}

async function readSource(call: Call, path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size > LARGEST_FILE)
      throw badInput(call.texts, 'FILE', 'fileUnreadable', 'checkPath', { problem: `${size} octets` })
    return await readFile(path)
  } catch (error) {
    throw unreadable(call, error)
  }
}

export async function evaluate(call: Call): Promise<undefined> {
  const path = call.args[0] ?? ''
  await access(path).catch((error: unknown) => {
    throw unreadable(call, error)
  })
  const rules = readRules(call.config.rulesDirectory, call.config.dataDirectory)
  const folds = call.given.has('folds')
    ? { count: givenCount(call, 'folds', 1, MOST_FOLDS), seed: readSeed(call.config.rulesDirectory) }
    : null
  const { report, intervals, errors } = await withScratchArchive(MIGRATIONS_DIRECTORY, (archive) => {
    // Made only now: readline loses the lines that come before somebody asks for them.
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity })
    return evaluateCorpus(lines, archive, rules, new Date(), folds)
  })
  const wantsErrors = call.given.has('errors')
  call.report({ ...report, intervals, ...(wantsErrors ? { errors } : {}) }, () => {
    const share = (part: number) => `${(part * 100).toFixed(1)} %`
    const { texts } = call
    const totals = {
      messages: report.messages,
      macroF1: report.macroF1.toFixed(3),
      unsafe: report.unsafeComplaintConversations,
      held: share(report.heldShare),
      review: share(report.reviewShare),
    }
    return [
      fill(texts.evaluated, totals),
      ...(folds === null ? [texts.evaluatedShipped] : []),
      '',
      table(call, {
        head: [texts.headCase, 'n', 'precision', 'recall', 'F1'],
        rows: Object.entries(report.perCase).map(([name, one]) => [
          nameOf(call.language, 'case', name as Case),
          one.support,
          one.precision.toFixed(3),
          one.recall.toFixed(3),
          one.f1.toFixed(3),
        ]),
      }),
      '',
      table(call, {
        head: [texts.headFigure, texts.headValue, texts.headInterval],
        rows: figuresOf(report, intervals),
      }),
      ...(wantsErrors ? errors.map((error) => toJson(error)) : []),
    ].join('\n')
  })
}

function figuresOf(report: EvaluationReport, intervals: EvaluationIntervals): string[][] {
  const values: Record<keyof EvaluationIntervals, number> = {
    macroF1: report.macroF1,
    complaintsRecall: report.perCase.complaints.recall,
    privacyF1: report.perCase.privacy.f1,
    accountingRecordsF1: report.accountingRecords.f1,
    unsafeComplaintConversations: report.unsafeComplaintConversations,
    heldShare: report.heldShare,
    reviewShare: report.reviewShare,
    calibrationError: report.calibrationError,
  }
  return Object.entries<Interval>({ ...intervals }).map(([name, [low, high]]) => [
    name,
    shown(values[name as keyof EvaluationIntervals]),
    `${shown(low)} – ${shown(high)}`,
  ])
}

function shown(value: number): string {
  return Number.isInteger(value) && value > 1 ? String(value) : value.toFixed(3)
}

export async function verify(call: Call): Promise<undefined> {
  const noted = notedHead(call)
  await withArchive(call, async ({ archive }) => {
    const heads = await verifyAuditLog(archive, noted)
    const holds = noted === null ? [] : [fill(call.texts.auditHolds, { seq: noted.events, account: noted.accountId })]
    call.report(heads, () =>
      [
        call.texts.auditWhole,
        ...holds,
        table(call, {
          head: [call.texts.headAccount, call.texts.headEvents, call.texts.headHead],
          rows: heads.map((head) => [head.accountId, head.events, head.head]),
        }),
      ].join('\n'),
    )
  })
}

/** A head as the weekly digest names it: account:number:hash. */
function notedHead(call: Call): AuditHead | null {
  const text = call.given.text('head')
  if (text === undefined) return null
  const [, account, events, head] = /^(\d{1,9}):([1-9]\d{0,9}):([\w-]{43})$/.exec(text.trim()) ?? []
  if (head === undefined) throw badInput(call.texts, '--head', 'notAHead', 'writeHead')
  return { accountId: Number(account), events: Number(events), head }
}

function unreadable(call: Call, error: unknown): Error {
  if (!(error instanceof Error) || !('code' in error) || error.name === 'GallraError') return error as Error
  return badInput(call.texts, 'FILE', 'fileUnreadable', 'checkPath', { problem: String(error.code) })
}
