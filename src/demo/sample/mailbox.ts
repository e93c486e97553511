import { writeConversation } from './conversation.ts'
import { FIRM, type Letter, type SampleMessage } from './message.ts'
import { buildSource } from './mime.ts'
import { SampleRandom } from './random.ts'
import { STORIES } from './stories.ts'
import { kindOf, writeStray } from './strays.ts'

export type { SampleMessage } from './message.ts'

const SEED = 1004571
const DAY = 86_400_000
const CONVERSATIONS = 44
const STRAYS = 210

/**
 * The mailbox the demo starts with: some 350 messages over nine years, two thirds of them from the
 * last twelve months. The same `now` gives the same octets; Message-IDs do not depend on it at all.
 */
export function sampleMailbox(now: Date): SampleMessage[] {
  const random = new SampleRandom(SEED)
  const letters: { letter: Letter; folder: string; answered: boolean }[] = []
  for (const conversation of writeConversations(random, now)) {
    conversation.forEach((letter, turn) => {
      letters.push({
        letter,
        folder: letter.from === FIRM ? 'Sent' : 'INBOX',
        answered: turn + 1 < conversation.length,
      })
    })
  }
  for (let index = 0; index < STRAYS; index++) {
    const kind = kindOf(index)
    const letter = writeStray(random, kind, index, `brev-${index}`, startOf(random, index, now))
    letters.push({ letter, folder: kind === 'spam' ? 'Junk' : 'INBOX', answered: false })
  }
  letters.sort((a, b) => a.letter.date.getTime() - b.letter.date.getTime())
  return letters.map(({ letter, folder, answered }) => ({
    folder,
    flags: flagsOf(letter, folder, answered, now),
    internalDate: letter.date,
    source: buildSource(letter),
  }))
}

/** The last message of a conversation about a complaint in the sample mailbox, for a later reply to it. */
export function lastOfComplaint(now: Date): Letter {
  return writeConversations(new SampleRandom(SEED), now)[1]!.at(-1)!
}

function writeConversations(random: SampleRandom, now: Date): Letter[][] {
  return Array.from({ length: CONVERSATIONS }, (_, index) =>
    writeConversation(random, STORIES[index % STORIES.length]!, `samtal-${index}`, startOf(random, index, now), now),
  )
}

/** Every third is between one and nine years old. Whole seconds: IMAP knows no finer. */
function startOf(random: SampleRandom, index: number, now: Date): Date {
  const days = index % 3 === 0 ? 375 + random.fraction() * 2900 : 1 + random.fraction() * 340
  return new Date(Math.floor((now.getTime() - days * DAY) / 1000) * 1000)
}

function flagsOf({ date }: Letter, folder: string, answered: boolean, now: Date): string[] {
  if (folder === 'Sent') return ['\\Seen']
  const seen = answered || now.getTime() - date.getTime() > 3 * DAY
  return [...(seen ? ['\\Seen'] : []), ...(answered ? ['\\Answered'] : [])]
}
