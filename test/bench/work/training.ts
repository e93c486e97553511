/** A training on many decisions, made by mixing the features of seed messages so that no two are alike. */
import { join } from 'node:path'
import { labelledInputs } from '../../../src/core/learning/labelled-mail.ts'
import { GROUPS, type Group } from '../../../src/core/judgement/feature-space.ts'
import { learningExample } from '../../../src/core/learning/learn.ts'
import { RowPacker } from '../../../src/core/learning/packed-rows.ts'
import { seededRandom } from '../../../src/core/learning/sampling.ts'
import { learnApart } from '../../../src/pipeline/learn/learn-apart.ts'
import { readRules, readSeed } from '../../../src/rulebook/read-rules.ts'
import { options, report } from '../child.ts'

const { examples, root } = options() as { examples: number; root: string }
const directory = join(root, 'rules')
const seed = readSeed(directory)
const { version, thresholds, learned, meanings, rules, rights } = readRules(directory).rulebook
const rulebook = { version, thresholds, learned, meanings, rules, rights }
const material = mixed()
const features = Math.round(material.rows.buckets.length / examples)
const started = performance.now()
const cpu = process.cpuUsage()
const { after } = await learnApart(material)
const { user, system } = process.cpuUsage(cpu)
report((performance.now() - started) / 1000, {
  features,
  cpuSeconds: (user + system) / 1e6,
  right: after.right / after.corrections,
})

/** Seven tenths of one message and three of another; a tenth of the labels is the other's. */
function mixed(): Parameters<typeof learnApart>[0] {
  const known = labelledInputs(seed).map((one) => learningExample(one, rulebook))
  const random = seededRandom(examples)
  const any = () => known[Math.floor(random() * known.length)]!
  const packer = new RowPacker()
  const labels = new Uint8Array(examples)
  const conversations: string[] = []
  for (let index = 0; index < examples; index += 1) {
    const [one, other] = [any(), any()]
    packer.add(
      one.row.map((group, at) =>
        Uint32Array.from(
          distinctIn(GROUPS[at]!, [
            ...group.filter(() => random() < 0.7),
            ...other.row[at]!.filter(() => random() < 0.3),
          ]),
        ),
      ),
    )
    labels[index] = random() < 0.9 ? one.label : other.label
    conversations.push(`1:${index}`)
  }
  return {
    rulebook,
    seed,
    rows: packer.pack(),
    labels,
    conversations,
    known: Uint8Array.from({ length: examples }, (_, index) => index % 2),
  }
}

/** As a FeatureRow has them: those of words may be there more than once. */
function distinctIn(group: Group, buckets: number[]): Iterable<number> {
  return group === 'word' || group === 'letters' ? buckets : new Set(buckets)
}
