import { MIGRATIONS_DIRECTORY } from '../../../config.ts'
import { checkRules } from '../../../core/judgement/check-rules.ts'
import {
  checkCopy,
  checkPlaces,
  examineArchive,
  refusal,
  say,
  type ExaminedPlace,
  type Finding,
} from '../../../pipeline/read/examine.ts'
import { findingText } from '../../../present/finding.ts'
import { plain } from '../../../present/safe-text.ts'
import { readRules } from '../../../rulebook/read-rules.ts'
import type { Call } from '../../call/call.ts'
import { EXIT, type ExitCode } from '../../call/exit-codes.ts'
import { exitCodeOf } from '../../call/failure.ts'
import { archiveExists, withArchive } from '../../call/with-archive.ts'

/** Looks at everything an installation needs; nothing is changed. */
export async function examine(call: Call): Promise<ExitCode> {
  const place = { ...call.config, migrationsDirectory: MIGRATIONS_DIRECTORY, exists: archiveExists(call) }
  const findings = await findingsOf(call, place)
  const shown = findings.map((each) => ({
    check: each.check,
    result: each.result,
    // Only a server that does not answer: nothing is wrong here.
    ...(isUnreachable(each) ? { unreachable: true } : {}),
    text: findingText(call, each),
  }))
  call.report(shown, () =>
    shown.map(({ result, text }) => `${call.texts[RESULTS[result]].padEnd(9)}${plain(text)}`).join('\n'),
  )
  const bad = findings.filter(({ result }) => result === 'bad')
  if (bad.length === 0) return EXIT.ok
  return bad.every(isUnreachable) ? EXIT.unreachable : EXIT.failed
}

const RESULTS = {
  ok: 'doctorOk',
  warn: 'doctorWarn',
  bad: 'doctorBad',
} as const satisfies Record<Finding['result'], string>

async function findingsOf(call: Call, place: ExaminedPlace): Promise<Finding[]> {
  const rules = checkRuleFiles(call)
  const findings = [...checkPlaces(place), ...rules]
  if (!place.exists) return findings
  if (!rules.some(({ result }) => result === 'bad')) {
    try {
      findings.push(...(await withArchive(call, (opened) => examineArchive(opened, place, call.clock()))))
    } catch (error) {
      findings.push(refusal('database', error))
    }
  }
  // After the archive was opened, which brings a copy that was away up to date.
  return [...findings, checkCopy(place)]
}

function checkRuleFiles(call: Call): Finding[] {
  try {
    const { rulebook, schedule } = readRules(call.config.rulesDirectory, call.config.dataDirectory)
    const problems = checkRules(rulebook).length
    const values = { rules: rulebook.rules.length, profile: schedule.profile, problems }
    return [
      problems === 0 ? say('rules', 'ok', 'doctorRules', values) : say('rules', 'warn', 'doctorRuleProblems', values),
    ]
  } catch (error) {
    return [refusal('rules', error)]
  }
}

function isUnreachable(finding: Finding): boolean {
  return finding.kind === 'refused' && exitCodeOf(finding.error) === EXIT.unreachable
}
