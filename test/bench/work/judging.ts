/** Judges messages one by one in a warm process: what the second and third pass took. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { classify } from '../../../src/core/judgement/classify.ts'
import { labelledInputs, parseLabelledLine } from '../../../src/core/learning/labelled-mail.ts'
import { classifyInput } from '../../../src/core/judgement/places.ts'
import { composeMessage } from '../../../src/mail/smtp/compose.ts'
import { parseMessage } from '../../../src/mail/parse/parse.ts'
import { readRules } from '../../../src/rulebook/read-rules.ts'
import { median, options, percentile, report } from '../child.ts'
import { mailMix } from '../mail-mix.ts'

const { root, mail } = options() as { root: string; mail: 'corpus' | 'mix' }
const PASSES = 3
const MIXED = 1_000
const NO_CONTEXT = { earlierCases: [], openComplaint: false }

const { rulebook } = readRules(join(root, 'rules'))
const messages = mail === 'corpus' ? await corpus() : await mixed()
const parsing: number[] = []
const judging: number[] = []
for (let pass = 0; pass < PASSES; pass += 1) {
  for (const { source, input, context } of messages) {
    const started = performance.now()
    await parseMessage(source)
    const parsed = performance.now()
    classify(input, context, rulebook)
    if (pass === 0) continue
    judging.push(performance.now() - parsed)
    parsing.push(parsed - started)
  }
}
const words = Math.round(messages.reduce((sum, { input }) => sum + input.text.split(/\s+/).length, 0) / messages.length)
const seconds = judging.reduce((sum, one) => sum + one, 0) / 1000
report(seconds, {
  words,
  judgingMs: median(judging),
  judgingP95Ms: percentile(judging, 0.95),
  parsingMs: median(parsing),
})

async function corpus() {
  const mails = readFileSync(join(root, 'test', 'corpus', 'dev.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(parseLabelledLine)
  const inputs = labelledInputs(mails)
  return Promise.all(
    mails.map(async (one, at) => ({
      source: await composeMessage({
        ...one,
        messageId: `<${one.id}@corpus.example.org>`,
        references: [],
        date: new Date(one.date),
      }),
      ...inputs[at]!,
    })),
  )
}

async function mixed() {
  const own = { addresses: ['info@promix.se'], domains: ['promix.se'], staffAddresses: [], authservId: null }
  return Promise.all(
    [...mailMix('small', MIXED)].map(async ({ source }) => {
      const { message } = await parseMessage(source)
      return { source, input: classifyInput(message, 'incoming', own), context: NO_CONTEXT }
    }),
  )
}
