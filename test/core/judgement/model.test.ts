import fc from 'fast-check'
import type { RuleFaults } from '../../../src/core/rule-faults.ts'
import { wordRuleFaults } from '../../../src/text/judgement/rule-faults.ts'
import type { Wording } from '../../../src/text/wording/wording.ts'
import { describe, expect, it } from 'vitest'
import { CASES } from '../../../src/core/classification.ts'
import { BUCKETS, bucketOf, GROUPS, type FeatureRow } from '../../../src/core/judgement/feature-space.ts'
import { featuresOf, rowOf } from '../../../src/core/judgement/features.ts'
import { contextFactsOf, factsOf } from '../../../src/core/judgement/message-facts.ts'
import { parseMeanings } from '../../../src/core/judgement/meanings.ts'
import { meaningsIn, readWords } from '../../../src/core/judgement/read-words.ts'
import {
  CLASSES,
  scoresOf,
  scoresOfFeatures,
  softmax,
  type GroupScale,
  type Model,
} from '../../../src/core/judgement/model.ts'
import { placesOf, quotedTextOf, type ClassifyInput } from '../../../src/core/judgement/places.ts'
import { quotedMessages } from '../../../src/core/judgement/reading.ts'
import { readStoredModel, storeModel } from '../../../src/core/judgement/stored-model.ts'
import { train, type Example, type TrainingOptions } from '../../../src/core/learning/train.ts'

const SCALE = Object.fromEntries(GROUPS.map((group) => [group, 1])) as GroupScale
const OPTIONS: TrainingOptions = { penalty: 0.0002, epochs: 10, rate: 0.1, scale: SCALE, prior: new Map() }
const NO_MEANINGS = parseMeanings({})

function message(newText: string, rest: Partial<ClassifyInput> = {}): ClassifyInput {
  const signs = {
    autoSubmitted: '',
    precedence: '',
    listId: '',
    listUnsubscribe: '',
    returnPath: '',
    authenticationResults: [],
  }
  return {
    from: [{ name: 'Alice', address: 'alice@example.se' }],
    subject: '',
    newText,
    text: newText,
    attachments: [],
    signs,
    direction: 'incoming',
    senderIsStaff: false,
    ...rest,
  }
}

function rowFor(text: string): FeatureRow {
  const input = message(text)
  return rowOf(featuresOf(input, placesOf(input), [], NO_MEANINGS))
}

const probabilitiesOf = (model: Model, row: FeatureRow): number[] => softmax(scoresOf(model, row))

const TEXTS = ['hur gör jag', 'fakturan är betald', 'den gick sönder', 'radera mig', 'tack så mycket']
const examples: Example[] = TEXTS.flatMap((text, label) =>
  [text, `${text} igen`, `hej ${text}`].map((one) => ({ row: rowFor(one), label, weight: 1 })),
)

describe('train', () => {
  it('learns what it was shown and is unsure of what it never saw', () => {
    const model = train(examples, OPTIONS)
    TEXTS.forEach((text, label) =>
      expect(
        probabilitiesOf(model, rowFor(`${text} nu`)).indexOf(Math.max(...probabilitiesOf(model, rowFor(`${text} nu`)))),
      ).toBe(label),
    )
    expect(Math.max(...probabilitiesOf(model, rowFor('xyzzy')))).toBeLessThan(
      Math.max(...probabilitiesOf(model, rowFor(TEXTS[2] ?? ''))),
    )
  })

  it('makes the same model of the same examples, bit for bit', () => {
    expect(
      Buffer.from(train(examples, OPTIONS).weights.buffer).equals(Buffer.from(train(examples, OPTIONS).weights.buffer)),
    ).toBe(true)
  })

  it('starts from the prior where nothing was seen, and lets evidence correct it', () => {
    const rule = GROUPS.indexOf('rule')
    const prior = new Map([
      [bucketOf(rule, 'never-seen'), [0, 0, 3, 0, 0]],
      [bucketOf(rule, 'contradicted'), [0, 0, 3, 0, 0]],
    ])
    const speaking = (name: string): FeatureRow =>
      GROUPS.map((_, group) => Uint32Array.from(group === rule ? [bucketOf(rule, name)] : []))
    const contrary = Array.from({ length: 20 }, () => ({
      row: speaking('contradicted'),
      label: CASES.indexOf('payments'),
      weight: 1,
    }))
    const model = train([...examples, ...contrary], { ...OPTIONS, prior })
    expect(probabilitiesOf(model, speaking('never-seen'))[2]).toBeGreaterThan(0.5)
    expect(probabilitiesOf(model, speaking('contradicted'))[2]).toBeLessThan(0.2)
  })

  it('gives an example of weight four more say than one of weight one', () => {
    const disputed = (weight: number) =>
      train(
        [
          ...examples,
          { row: rowFor('kryptiskt'), label: 0, weight },
          { row: rowFor('kryptiskt'), label: 1, weight: 1 },
        ],
        OPTIONS,
      )
    expect(probabilitiesOf(disputed(4), rowFor('kryptiskt'))[0]).toBeGreaterThan(
      probabilitiesOf(disputed(1), rowFor('kryptiskt'))[0]!,
    )
  })
})

describe('a stored model', () => {
  const model = { ...train(examples, OPTIONS), temperature: 0.5 }

  it('judges as before when read again, and holds no word', () => {
    const stored = storeModel(model, 'v1')
    const read = readStoredModel(stored, 'v1')
    for (const text of [...TEXTS, 'något annat'])
      expect(probabilitiesOf(read, rowFor(text))).toEqual(probabilitiesOf(model, rowFor(text)))
    for (const word of ['faktur', 'sönder', 'sonder', 'radera']) expect(stored.includes(word)).toBe(false)
  })

  it('is refused when of another version or cut short', () => {
    const stored = storeModel(model, 'v1')
    expect(() => readStoredModel(stored, 'v2')).toThrow('another model')
    expect(() => readStoredModel(stored.subarray(0, -1), 'v1')).toThrow('another model')
    expect(() => readStoredModel(Buffer.from('nonsense'), 'v1')).toThrow()
  })
})

describe('features', () => {
  it('lie in the hashed space, distinct within each group but those of words, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        for (const [index, group] of rowFor(text).entries()) {
          if (index > GROUPS.indexOf('letters') || GROUPS[index] === 'pair')
            expect([...group]).toEqual([...new Set(group)])
          expect(group.every((bucket) => bucket < BUCKETS)).toBe(true)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('tell staff, customers, desks and machines apart, and read numbers and place in the conversation', () => {
    const factsIn = (input: ClassifyInput) => factsOf(input, placesOf(input))
    expect(factsIn(message('Hej'))).toContain('sender:customer')
    expect(factsIn(message('Hej', { senderIsStaff: true, direction: 'outgoing' }))).toContain('sender:staff')
    expect(factsIn(message('Hej', { from: [{ name: '', address: 'no-reply@example.se' }] }))).toContain(
      'sender:machine',
    )
    expect(factsIn(message('Hej', { from: [{ name: '', address: 'faktura.nord@example.se' }] }))).toEqual(
      expect.arrayContaining(['sender:supplier', 'desk:faktura']),
    )
    expect(factsIn(message('Att betala 450 kr, OCR 1004571'))).toEqual(expect.arrayContaining(['amount', 'number:ocr']))
    expect(
      contextFactsOf('incoming', 'tiny', { earlierCases: ['support', 'complaints'], openComplaint: true }),
    ).toEqual(
      expect.arrayContaining([
        'position:2',
        'open-complaint',
        'before:complaints',
        'earlier:support',
        'before:complaints incoming',
        'before:complaints length:tiny',
      ]),
    )
  })

  it('score the same by remembered words as by buckets', () => {
    const model = train(
      TEXTS.map((text, label) => ({ row: rowFor(text), label, weight: 1 })),
      OPTIONS,
    )
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...TEXTS.flatMap((text) => text.split(' ')), 'frågorna', 'frågornas', '12', 'é'), {
          maxLength: 40,
        }),
        (words) => {
          const input = message(words.join(' '), { subject: words.slice(0, 3).join(' ') })
          const features = featuresOf(input, placesOf(input), [], NO_MEANINGS)
          const expected = scoresOf(model, rowOf(features))
          scoresOfFeatures(model, features).forEach((score, label) => {
            expect(score).toBeCloseTo(expected[label]!, 4)
          })
        },
      ),
      { numRuns: 100 },
    )
  })

  it('keep quoted words apart from new ones', () => {
    const input = message('Tack!', { text: 'Tack!\n\n> Pumpen är trasig.' })
    const { words, names } = featuresOf(input, placesOf(input), [], NO_MEANINGS)
    expect(words.map((one) => one.word)).toEqual(['tack'])
    expect(names.history).toContain('trasig')
  })
})

describe('meanings', () => {
  const meanings = parseMeanings({ broken: ['trasig', 'i stykker'], invoice: ['*faktur'], claim: ['arn'] })

  it.each([
    ['den ar trasigare nu', ['broken']],
    ['den gikk i stykker', ['broken']],
    ['den ar i stykkerne', ['broken']],
    ['i dag stykker', []],
    ['kreditfakturan', ['invoice']],
    ['vi gar till arn', ['claim']],
    ['arnold ringde', []],
    ['stykker', []],
  ])('in "%s" are %j', (text, expected) => expect([...meaningsIn(readWords(text, 100, meanings))]).toEqual(expected))

  it('refuse what is no list of words', () =>
    expect(faultsOf(() => parseMeanings({ broken: 'trasig' }))).toEqual({
      sv: 'broken: måste vara en lista. Rätta filen och starta igen',
      en: 'broken: must be a list. Correct the file and start again',
    }))
})

describe('quotedMessages', () => {
  it('finds each message of the history, newest first, without header lines', () => {
    const text =
      'Tack!\n\nFrån: PROMIX <info@promix.se>\nSkickat: den 21 februari 2022 12:58\nTill: ' +
      'eva@example.net\nÄmne: SV: Frysen\n\nMontören kommer i morgon.\n\nFrån: Eva ' +
      '<eva@example.net>\nSkickat: den 18 februari 2022 21:12\nTill: PROMIX\nÄmne: Frysen\n\n' +
      'Frysen har slutat frysa.'
    expect(quotedMessages(quotedTextOf(message('Tack!', { text }))).map((one) => one.newText)).toEqual([
      'Montören kommer i morgon.',
      'Frysen har slutat frysa.',
    ])
  })

  it('ends on any text', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 400 }),
        (text) => quotedMessages(quotedTextOf(message('', { text: text.replaceAll('a', '\n> ') }))).length <= 6,
      ),
      { numRuns: 50 },
    )
  })
})

describe('softmax', () => {
  it('sums to one and bears any score', () => {
    expect(softmax([1000, 0, -1000, 0, 0]).reduce((sum, one) => sum + one, 0)).toBeCloseTo(1)
    expect(softmax(new Array<number>(CLASSES).fill(7))).toEqual(new Array<number>(CLASSES).fill(1 / CLASSES))
  })
})

function faultsOf(refused: () => unknown): Wording {
  try {
    refused()
  } catch (error) {
    return wordRuleFaults((error as RuleFaults).faults)
  }
  throw new Error('it was not refused')
}
