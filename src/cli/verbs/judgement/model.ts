import { readVersion } from '../../../core/classification.ts'
import { GallraError } from '../../../errors.ts'
import { trainOnDemand } from '../../../pipeline/learn/train-on-demand.ts'
import { rejudge, type Rejudgement } from '../../../pipeline/mend/rejudge.ts'
import { countToRejudge, readModelStatus, type ModelStatus } from '../../../pipeline/read/model-status.ts'
import { modelCard, trainingLines } from '../../../present/model.ts'
import { rejudgementCard } from '../../../present/rejudgement.ts'
import { readSeed } from '../../../rulebook/read-rules.ts'
import type { TextKey } from '../../../text/texts.ts'
import { fill } from '../../../text/wording/wording.ts'
import { badInput } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { table } from '../../call/table.ts'
import { startBar } from '../../call/progress.ts'
import { chosenAccounts, deciderOf, withArchive } from '../../call/with-archive.ts'

const TRAINED = {
  adopted: 'modelTrainedAdopted',
  kept: 'modelTrainedKept',
  shipped: 'modelTrainedShipped',
} as const satisfies Record<ModelStatus['trainings'][number]['outcome'], TextKey>

export async function showModel(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const status = await readModelStatus(opened, readSeed(call.config.rulesDirectory).length, call.clock())
    call.report(status, () => {
      const { head, last, trainings } = modelCard(call, status)
      return [...head, '', ...last, ...(trainings === null ? [] : ['', table(call, trainings)])].join('\n')
    })
  })
}

export async function train(call: Call): Promise<undefined> {
  await withArchive(call, async ({ archive, shipped: { rulebook } }) => {
    const seed = () => readSeed(call.config.rulesDirectory)
    const trained = await trainOnDemand(
      { archive, rulebook, seed, clock: call.clock },
      { staffId: null, via: 'cli' },
      () => {
        if (call.io.stderr.isTTY === true) call.note(call.texts.modelTraining)
      },
    )
    const nothing = trained.outcome === 'kept' && trained.result.after.corrections === 0
    const said = nothing ? 'modelTrainedNothing' : TRAINED[trained.outcome]
    call.report(trained, () => [fill(call.texts[said], { id: trained.id }), ...trainingLines(call, trained)].join('\n'))
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
      const total = await countToRejudge(opened)
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
    const { version } = opened.rules.rulebook
    call.report({ version: readVersion(version), applied: apply, accounts: told }, () =>
      told
        .map((each) => {
          const { head, changes, foot } = rejudgementCard(call, each.account, each, { version, applied: apply })
          return [...head, ...(changes === null ? [] : [table(call, changes)]), ...foot].join('\n')
        })
        .join('\n\n'),
    )
  })
}
