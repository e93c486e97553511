import { join } from 'node:path'
import { expect, it } from 'vitest'
import { classify } from '../../src/core/judgement/classify.ts'
import { labelledInputs } from '../../src/core/learning/labelled-mail.ts'
import { learningExample } from '../../src/core/learning/learn.ts'
import { GROUPS } from '../../src/core/judgement/feature-space.ts'
import type { GroupScale } from '../../src/core/judgement/model.ts'
import { train } from '../../src/core/learning/train.ts'
import { composeMessage } from '../../src/mail/smtp/compose.ts'
import { parseMessage } from '../../src/mail/parse/parse.ts'
import { readRules } from '../../src/rulebook/read-rules.ts'
import { readLabelled } from '../harness/judge-corpus.ts'

const { rulebook } = readRules(join(import.meta.dirname, '..', '..', 'rules'))
const mails = readLabelled('corpus', 'dev.jsonl').slice(0, 200)

it('judging a message takes about as long as parsing it', async () => {
  const sources = await Promise.all(
    mails.map((mail) =>
      composeMessage({
        ...mail,
        messageId: `<${mail.id}@corpus.example.org>`,
        references: [],
        date: new Date(mail.date),
      }),
    ),
  )
  const inputs = labelledInputs(mails)
  const parsing: number[] = []
  const judging: number[] = []
  for (let round = 0; round < 2; round += 1) {
    for (const source of sources) parsing.push(await timed(() => parseMessage(source)))
    for (const { input, context } of inputs) judging.push(await timed(() => classify(input, context, rulebook)))
  }
  expect(median(judging)).toBeLessThan(median(parsing) * 3)
}, 120_000)

it('training time grows no faster than the examples', async () => {
  const examples = labelledInputs(mails).map((one) => learningExample(one, rulebook))
  const options = {
    penalty: 0.0002,
    epochs: 4,
    rate: 0.1,
    scale: Object.fromEntries(GROUPS.map((group) => [group, 1])) as GroupScale,
    prior: new Map<number, number[]>(),
  }
  const many = (count: number) => Array.from({ length: count }, (_, index) => examples[index % examples.length]!)
  train(many(500), options)
  const few = await timed(() => train(many(2_000), options))
  const fourfold = await timed(() => train(many(8_000), options))
  expect(fourfold).toBeLessThan(few * 6)
}, 120_000)

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}
