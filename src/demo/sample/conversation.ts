import { pdfFile, photoFile } from './files.ts'
import { FIRM, STAFF, type Letter, type Person, type SampleFile } from './message.ts'
import { quote, type QuoteStyle } from './quoting.ts'
import type { SampleRandom } from './random.ts'
import { invent } from './people.ts'
import type { Story } from './stories.ts'
import { chooseWords, sentence, writeLetter, type Words } from './words.ts'

const STYLES: readonly QuoteStyle[] = ['outlook', 'gmail', 'apple']
const HOUR = 3_600_000

/**
 * The letters of a story, with Message-IDs that depend on `name` alone.
 * @param latest no letter is later than this
 */
export function writeConversation(
  random: SampleRandom,
  story: Story,
  name: string,
  start: Date,
  latest: Date,
): Letter[] {
  const { language } = story
  const customer = invent(random)
  const staff = random.pick(STAFF)
  const words = chooseWords(random, language, customer.phone)
  const style = random.pick(STYLES)
  const latin1 = random.fraction() < 0.25
  const letters: Letter[] = []
  const step = Math.min(30 * HOUR, (latest.getTime() - start.getTime()) / story.turns.length)
  story.turns.forEach((turn, index) => {
    const fromCustomer = index % 2 === 0
    const from: Person = fromCustomer ? { name: customer.name, address: customer.address } : FIRM
    const to: Person = fromCustomer ? FIRM : { name: customer.name, address: customer.address }
    const signature = fromCustomer ? customer.name : `${staff.name}\n${staff.address}`
    const own = writeLetter(random, language, sentence(turn, words), words, signature, fromCustomer)
    const previous = letters.at(-1)
    const subject = sentence(story.subject, words)
    const reply = language === 'sv' && style === 'outlook' ? 'SV:' : 'Re:'
    letters.push({
      messageId: `${name}.${index}@${from.address.split('@')[1]!}`,
      references: letters.map(({ messageId }) => messageId),
      date: new Date(Math.floor((start.getTime() + step * (index + random.fraction() * 0.8)) / 1000) * 1000),
      from,
      to,
      subject: previous === undefined ? subject : `${reply} ${subject}`,
      text: previous === undefined ? own : quote(own, previous, fromCustomer ? style : 'outlook', language),
      html: style === 'outlook',
      charset: latin1 ? 'iso-8859-1' : 'utf-8',
      transferEncoding: latin1 ? 'quoted-printable' : random.pick(['quoted-printable', 'base64', '8bit'] as const),
      files: story.attach?.turn === index ? [attachment(story.attach.kind, words)] : [],
    })
  })
  return letters
}

export function attachment(kind: 'photo' | 'invoice', words: Words): SampleFile {
  if (kind === 'photo') return photoFile(`IMG_${words.order}.jpg`, words.product)
  return pdfFile(`faktura-${words.invoice}.pdf`, [
    `Faktura ${words.invoice}`,
    `Avser: ${words.part}, order ${words.order}`,
    `Att betala: ${words.amount} kr inklusive moms`,
    'Bankgiro 991-2346',
    'OCR 1004571',
  ])
}
