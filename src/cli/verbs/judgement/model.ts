import { readVersion } from '../../../core/classification.ts'
import { trainingDue, unlearnBy, type TrainingReason } from '../../../core/learning/training-due.ts'
import { GallraError } from '../../../errors.ts'
import { learnApart } from '../../../pipeline/learn/learn-apart.ts'
import { rejudge, type Rejudgement, type Tally } from '../../../pipeline/mend/rejudge.ts'
import { readLearningState, trainModel } from '../../../pipeline/learn/train-model.ts'
import { readSeed } from '../../../rulebook.ts'
import { openLeases } from '../../../store/postgres/lease.ts'
import { listTrainings, type Training } from '../../../store/learning/models.ts'
import { countDecisions, listUnreadableExamples } from '../../../store/learning/training-examples.ts'
import { countOutdated } from '../../../store/message/verdicts.ts'
import { modelName } from '../../../present/judgement.ts'
import { nameOf } from '../../../text/names.ts'
import { fill, type TextKey } from '../../../text/texts.ts'
import { badInput } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { moment } from '../../../present/words.ts'
import { table } from '../../call/output.ts'
import { startBar } from '../../call/progress.ts'
import type { Opened } from '../../../pipeline/open.ts'
import { chosenAccounts, deciderOf, withArchive } from '../../call/with-archive.ts'

/** Trainings shown of the history. */
const SHOWN = 12
/** Ids shown of a kind; --json has more. */
const IDS = 20

const REASONS = {
  asked: 'reasonAsked',
  corrections: 'reasonCorrections',
  rules: 'reasonRules',
  purged: 'reasonPurged',
} as const satisfies Record<TrainingReason, TextKey>
const OUTCOMES = {
  adopted: 'outcomeAdopted',
  kept: 'outcomeKept',
  shipped: 'outcomeShipped',
} as const satisfies Record<Training['outcome'], TextKey>
const TRAINED = {
  adopted: 'modelTrainedAdopted',
  kept: 'modelTrainedKept',
  shipped: 'modelTrainedShipped',
} as const satisfies Record<Training['outcome'], TextKey>

export async function showModel(call: Call): Promise<undefined> {
  await withArchive(call, async ({ archive, rules, shipped, brokenModel }) => {
    const now = call.clock()
    const state = await readLearningState({ archive, rulebook: shipped.rulebook })
    const due = trainingDue(state, now)
    const decisions = await countDecisions(archive.pool)
    const trainings = await listTrainings(archive, SHOWN)
    const outdated = await countOutdated(archive.pool, rules.rulebook.version)
    const seed = readSeed(call.config.rulesDirectory).length
    const unreadable = (await listUnreadableExamples(archive, shipped.rulebook.version)).length
    const status = {
      inForce: readVersion(rules.rulebook.version),
      broken: brokenModel,
      examples: { seed, ...decisions },
      unreadable,
      waiting: state.changed,
      next: due,
      purged: { examples: state.gone, replaceBy: unlearnBy(state, now) },
      outdated,
      trainings,
    }
    call.report(status, () => statusText(call, status))
  })
}

interface ModelStatus {
  inForce: ReturnType<typeof readVersion>
  /** The one that learned from staff does not open; the shipped one judges. */
  broken: boolean
  examples: { seed: number } & Awaited<ReturnType<typeof countDecisions>>
  unreadable: number
  waiting: number
  next: ReturnType<typeof trainingDue>
  purged: { examples: number; replaceBy: Date | null }
  outdated: number
  trainings: Training[]
}

function statusText(
  call: Call,
  { inForce, broken, examples, unreadable, waiting, next, purged, outdated, trainings }: ModelStatus,
): string {
  const { texts } = call
  const [last] = trainings
  return [
    fill(texts.modelInForce, { rulebook: inForce.rulebook, model: modelName(call, inForce.model) }),
    ...(broken ? [texts.modelBroken] : []),
    fill(texts.modelExamples, { ...examples, decisions: examples.cli + examples.console + examples.mailbox }),
    ...(unreadable === 0 ? [] : [fill(texts.modelUnreadable, { count: unreadable })]),
    waiting === 0 ? texts.modelNothingNew : fill(texts.modelWaiting, { count: waiting }),
    ...(next === null ? [] : [fill(texts.modelNext, { at: moment(next.at), reason: texts[REASONS[next.reason]] })]),
    ...(purged.replaceBy === null
      ? []
      : [fill(texts.modelUnlearn, { count: purged.examples, by: moment(purged.replaceBy) })]),
    ...(outdated === 0 ? [] : [fill(texts.modelOutdated, { count: outdated })]),
    '',
    ...(last === undefined ? [texts.modelNeverTrained] : [...lastText(call, last), '', historyText(call, trainings)]),
  ].join('\n')
}

/** What the last training measured and changed. */
function lastText({ texts }: Call, { result }: Training): string[] {
  const { before, after } = result
  const quality = {
    ...after,
    rightBefore: before.right,
    missed: after.missedComplaints,
    missedBefore: before.missedComplaints,
    seedRight: share(after.seedRight, after.seed),
  }
  const { unreadable = 0, remade = 0 } = result
  return [
    fill(texts.modelQuality, quality),
    fill(texts.modelChanged, {
      added: result.added,
      removed: result.removed,
      mended: result.mended,
      broken: result.broken,
    }),
    ...(remade === 0 ? [] : [fill(texts.modelRemade, { count: remade })]),
    ...(unreadable === 0 ? [] : [fill(texts.modelLeftOut, { count: unreadable })]),
  ]
}

function historyText(call: Call, trainings: readonly Training[]): string {
  const { texts } = call
  return table(call, {
    head: [
      texts.headTraining,
      texts.headDate,
      texts.headReason,
      texts.headOutcome,
      texts.headDecisions,
      texts.headDecisionsRight,
      texts.headRightBefore,
      texts.headMissed,
      texts.headSeedRight,
    ],
    rows: trainings.map(({ id, finishedAt, reason, outcome, result: { before, after } }) => [
      id,
      moment(finishedAt),
      texts[REASONS[reason]],
      texts[OUTCOMES[outcome]],
      after.corrections,
      share(after.right, after.corrections),
      share(before.right, before.corrections),
      after.missedComplaints,
      share(after.seedRight, after.seed),
    ]),
  })
}

function share(part: number, of: number): string {
  return of === 0 ? '-' : `${((part / of) * 100).toFixed(1)} %`
}

export async function train(call: Call): Promise<undefined> {
  await withArchive(call, async ({ archive, shipped: { rulebook } }) => {
    const leases = await openLeases(archive.databaseUrl)
    try {
      if (!(await leases.acquire('train', 0))) throw new GallraError('training-running')
      if (call.io.stderr.isTTY === true) call.note(call.texts.modelTraining)
      const trained = await trainModel(
        { archive, rulebook, seed: () => readSeed(call.config.rulesDirectory), teach: learnApart, clock: call.clock },
        'asked',
        'cli',
      )
      const said =
        trained.outcome === 'kept' && trained.result.after.corrections === 0
          ? 'modelTrainedNothing'
          : TRAINED[trained.outcome]
      call.report(trained, () => [fill(call.texts[said], { id: trained.id }), ...lastText(call, trained)].join('\n'))
    } finally {
      await leases.close()
    }
  })
}

export async function rejudgeMessages(call: Call): Promise<undefined> {
  const apply = call.given.has('apply')
  if (apply && !call.given.has('by')) throw badInput(call.texts, '--by', 'modelNeedsBy', 'modelGiveBy')
  await withArchive(call, async (opened) => {
    // The shipped one would undo what the learned one judged.
    if (opened.brokenModel) throw new GallraError('model-broken')
    const by = apply ? await deciderOf(call, opened) : null
    const told: ({ account: string } & Rejudgement)[] = []
    for (const account of chosenAccounts(call, opened, call.given.text('account'))) {
      const bar = startBar(call, call.texts.rejudging)
      const total = await countOutdated(opened.archive.pool, opened.rules.rulebook.version)
      const result = await rejudge(
        { archive: opened.archive, account, rules: opened.rules },
        by,
        call.clock,
        (done) => {
          bar.update(done, total)
        },
      ).finally(() => {
        bar.stop()
      })
      told.push({ account: account.settings.address, ...result })
    }
    call.report({ version: readVersion(opened.rules.rulebook.version), applied: apply, accounts: told }, () =>
      told.map((each) => rejudgedText(call, opened, each, apply)).join('\n\n'),
    )
  })
}

function rejudgedText(
  call: Call,
  { rules }: Opened,
  told: { account: string } & Rejudgement,
  applied: boolean,
): string {
  const { texts } = call
  const { rulebook, model } = readVersion(rules.rulebook.version)
  const left = told.left === 0 ? [] : [fill(texts.rejudgeLeft, { left: told.left })]
  if (told.unopened.count > 0)
    left.push(fill(texts.messagesUnopened, { count: told.unopened.count, ids: idsOf(call, told.unopened) }))
  if (told.judged === 0) return [told.account, texts.rejudgeNothing, ...left].join('\n')
  const changed = [...told.changed].sort((a, b) => b.count - a.count)
  return [
    told.account,
    fill(texts.rejudged, {
      judged: told.judged,
      version: `${rulebook}, ${modelName(call, model)}`,
      changed: changed.reduce((sum, each) => sum + each.count, 0),
    }),
    ...left,
    ...(changed.length === 0
      ? []
      : [
          table(call, {
            head: [texts.headFrom, texts.headTo, texts.headCount, texts.headIds],
            rows: changed.map((each) => [
              nameOf(call.language, 'case', each.from),
              nameOf(call.language, 'case', each.to),
              each.count,
              idsOf(call, each),
            ]),
          }),
        ]),
    ...(told.shorter.count === 0
      ? []
      : [fill(texts.rejudgeShorter, { count: told.shorter.count, ids: idsOf(call, told.shorter) })]),
    ...(told.longer.count === 0
      ? []
      : [fill(texts.rejudgeLonger, { count: told.longer.count, ids: idsOf(call, told.longer) })]),
    applied ? texts.rejudgeApplied : texts.rejudgePreview,
  ].join('\n')
}

function idsOf({ texts }: Call, { count, messages }: Tally): string {
  const shown = messages.slice(0, IDS).map((id) => `m${id}`)
  return [
    shown.join(' '),
    ...(count > shown.length ? [fill(texts.andMore, { count: count - shown.length })] : []),
  ].join(' ')
}
