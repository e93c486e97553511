import { CASES } from '../../core/classification.ts'
import type { LabelledMail } from '../../core/learning/labelled-mail.ts'
import type { Lesson, LessonMaterial } from '../../core/learning/lesson.ts'
import { RowPacker } from '../../core/learning/packed-rows.ts'
import type { Rulebook, TrainedRulebook } from '../../core/judgement/rules.ts'
import { trainingDue, type LearningState, type TrainingReason } from '../../core/learning/training-due.ts'
import { GallraError } from '../../errors.ts'
import type { Archive } from '../../store/archive.ts'
import { appendAudit, INSTALLATION } from '../../store/audit.ts'
import {
  findLastTrainingId,
  findModel,
  listLearnedOverrides,
  lockTrainings,
  nextTrainingId,
  openModel,
  replaceModel,
  saveTraining,
  type Training,
  type TrainingResult,
} from '../../store/learning/models.ts'
import { readSetting, removeSetting, writeSetting } from '../../store/settings.ts'
import { inTransaction, type Sql } from '../../store/postgres/sql.ts'
import {
  countChanges,
  hasOutdatedExamples,
  readExamples,
  removeUnreadableExamples,
} from '../../store/learning/training-examples.ts'
import { collectExamples } from './collect-examples.ts'

export interface Learning {
  archive: Archive
  /** As read from the rules folder, whose seed is learned from too. */
  rulebook: TrainedRulebook
  seed: () => LabelledMail[]
  /** Runs core/lesson.ts, in the program apart from everything else (learn-apart.ts). */
  teach: (material: LessonMaterial) => Lesson | Promise<Lesson>
  clock: () => Date
}

/** What has changed since the model learned last. */
export async function readLearningState({
  archive,
  rulebook,
}: Pick<Learning, 'archive' | 'rulebook'>): Promise<LearningState> {
  const { pool } = archive
  const model = await findModel(pool)
  const { changed, since } = await countChanges(pool)
  const unlearning = await readSetting(pool, 'unlearning')
  const outdated =
    (model !== null && model.rulebook !== rulebook.version) || (await hasOutdatedExamples(pool, rulebook.version))
  const goneSince = unlearning === null ? null : new Date(unlearning.since)
  // A training that broke off has already updated the examples, so these no longer show what it was to learn.
  const begun = await readSetting(pool, 'training')
  const sinces = [since, begun?.since ?? null].flatMap((at) => (at === null ? [] : [new Date(at).getTime()]))
  return {
    outdated: outdated || begun?.outdated === true,
    gone: model?.gone ?? 0,
    goneSince,
    changed: changed + (begun?.changed ?? 0),
    changedSince: sinces.length === 0 ? null : new Date(Math.min(...sinces)),
  }
}

/** Trains when it is due; null when it is not. Of several processes one at a time: the caller holds the lease. */
export async function trainWhenDue(learning: Learning): Promise<Training | null> {
  const due = trainingDue(await readLearningState(learning), learning.clock())
  return due === null || due.at > learning.clock() ? null : trainModel(learning, due.reason, 'gallra')
}

/**
 * Learns from the seed and from every decision of staff that has not been withdrawn. The new model judges from now on
 * when it does no worse than the one in force (core/lesson.ts), or when that one cannot be decrypted or has learned
 * from what was purged or withdrawn since. An example that cannot be decrypted is left out and counted; a training that
 * a person asked for makes it again first.
 * @throws GallraError 'training-running' when another training was recorded meanwhile: that one knows more and stays
 */
export async function trainModel(learning: Learning, asked: TrainingReason, actor: string): Promise<Training> {
  const { archive, rulebook, clock } = learning
  const startedAt = clock()
  const last = await findLastTrainingId(archive.pool)
  const state = await readLearningState(learning)
  // Whatever the training was asked for, purged mail must be unlearned.
  const reason = state.gone > 0 ? 'purged' : asked
  await writeSetting(
    archive.pool,
    'training',
    { changed: state.changed, since: state.changedSince?.toISOString() ?? null, outdated: state.outdated },
    startedAt,
  )
  const remade = asked !== 'asked' ? 0 : await removeUnreadableExamples(archive, rulebook.version)
  await collectExamples(archive, rulebook, clock)
  const { material, overrideIds, counts, unreadable } = await readMaterial(learning)
  const learned = await listLearnedOverrides(archive.pool)
  const { model: octets, noWorse, ...measured } = await learning.teach(material)
  const current = new Set(overrideIds)
  const result: TrainingResult = {
    examples: counts,
    added: overrideIds.filter((id) => !learned.has(id)).length,
    removed: [...learned].filter((id) => !current.has(id)).length,
    unreadable,
    remade,
    ...measured,
  }
  return inTransaction(archive.pool, async (tx) => {
    // A lease can be lost while training goes on, and another process have trained on what staff decided since.
    await lockTrainings(tx)
    if ((await findLastTrainingId(tx)) !== last) throw new GallraError('training-running')
    const outcome = await outcomeOf(tx, learning, { decisions: overrideIds.length, unreadable, noWorse })
    const id = await nextTrainingId(tx)
    const version = rulebook.version
    const training: Training = { id, startedAt, finishedAt: clock(), reason, outcome, rulebook: version, result }
    if (outcome !== 'kept') {
      const model = outcome === 'shipped' ? null : { id, rulebook: version, overrideIds, octets }
      await replaceModel(tx, archive, model, clock())
    }
    await saveTraining(tx, training)
    await removeSetting(tx, 'training')
    const decisions = overrideIds.length
    const payload = { training: id, reason, outcome, decisions, unreadable, remade, rulebook: version }
    await appendAudit(tx, archive, INSTALLATION, { at: clock(), actor, kind: 'model-trained', payload })
    return training
  })
}

/** Which model judges from now on: the new one, the one in force, or the shipped one. */
async function outcomeOf(
  tx: Sql,
  { archive, rulebook }: Learning,
  learned: { decisions: number; unreadable: number; noWorse: boolean },
): Promise<Training['outcome']> {
  const inForce = await findModel(tx)
  const broken = (await openModel(tx, archive, rulebook.version))?.octets === null
  const usable = inForce?.rulebook === rulebook.version && !broken
  const unlearns = inForce !== null && inForce.gone + inForce.withdrawn > 0
  if (learned.decisions === 0) {
    // Examples that are all lost are no reason to lose the model too.
    return learned.unreadable > 0 && usable && !unlearns ? 'kept' : 'shipped'
  }
  if (learned.noWorse || broken || unlearns) return 'adopted'
  return usable || inForce === null ? 'kept' : 'shipped'
}

async function readMaterial({ archive, rulebook, seed }: Learning): Promise<{
  material: LessonMaterial
  overrideIds: number[]
  counts: TrainingResult['examples']
  unreadable: number
}> {
  const model = await findModel(archive.pool)
  const learned = model?.rulebook === rulebook.version ? await listLearnedOverrides(archive.pool) : new Set<number>()
  const mails = seed()
  const packer = new RowPacker()
  const labels: number[] = []
  const conversations: string[] = []
  const overrideIds: number[] = []
  const counts = { seed: mails.length, console: 0, cli: 0, mailbox: 0 }
  let unreadable = 0
  for await (const example of readExamples(archive, rulebook.version)) {
    if (example.row === null) {
      unreadable += 1
      continue
    }
    packer.add(example.row)
    labels.push(CASES.indexOf(example.case))
    conversations.push(`${example.accountId}:${example.conversationId}`)
    overrideIds.push(example.overrideId)
    counts[example.via] += 1
  }
  const known = Uint8Array.from(overrideIds, (id) => (learned.has(id) ? 1 : 0))
  return {
    material: {
      rulebook: plain(rulebook),
      seed: mails,
      rows: packer.pack(),
      labels: Uint8Array.from(labels),
      conversations,
      known,
    },
    overrideIds,
    counts,
    unreadable,
  }
}

/** Without the model, which would travel to another thread for nothing. */
function plain({ version, thresholds, learned, meanings, rules, rights }: TrainedRulebook): Rulebook {
  return { version, thresholds, learned, meanings, rules, rights }
}
