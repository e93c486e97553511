/** The messages inside a message's quoted history, each as if it had come by itself. */
import type { ClassifyInput } from './places.ts'
import { extractNewText } from './quoting.ts'

const DEEPEST = 6
const TEXT_READ = 200_000

/** Newest first. Who wrote them is not known: they count as incoming, without attachments. */
export function quotedMessages(message: ClassifyInput): ClassifyInput[] {
  const { subject, signs } = message
  const quoted: ClassifyInput[] = []
  let { quotedText } = extractNewText(message.text.slice(0, TEXT_READ), { subject })
  while (quotedText !== '' && quoted.length < DEEPEST) {
    const inner = extractNewText(quotedText)
    if (inner.newText !== '') {
      quoted.push({ from: [], subject: '', text: inner.newText, newText: inner.newText, attachments: [], signs: { ...signs, autoSubmitted: '', precedence: '', listId: '', listUnsubscribe: '', returnPath: '' }, direction: 'incoming', senderIsStaff: false })
    }
    if (inner.quotedText.length >= quotedText.length) break
    quotedText = inner.quotedText
  }
  return quoted
}
