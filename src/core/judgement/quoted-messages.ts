/** The messages inside quoted history, each as if it had come by itself. */
import type { ClassifyInput } from './places.ts'
import { headerBlockAt } from '../quoting/quoting-lines.ts'
import { extractNewText } from '../quoting/quoting.ts'

const DEEPEST = 6
const NO_SIGNS = {
  autoSubmitted: '',
  precedence: '',
  listId: '',
  listUnsubscribe: '',
  returnPath: '',
  authenticationResults: [],
}

/** Newest first. Who wrote them is not known: they count as incoming, without subject and attachments. */
export function quotedMessages(history: string): ClassifyInput[] {
  const quoted: ClassifyInput[] = []
  let quotedText = history
  while (quotedText !== '' && quoted.length < DEEPEST) {
    const inner = extractNewText(withoutHeader(quotedText))
    const { newText } = inner
    if (newText !== '')
      quoted.push({
        from: [],
        subject: '',
        text: newText,
        newText,
        attachments: [],
        signs: NO_SIGNS,
        direction: 'incoming',
        senderIsStaff: false,
      })
    if (inner.quotedText.length >= quotedText.length) break
    quotedText = inner.quotedText
  }
  return quoted
}

/** History that Outlook wrote begins with From, Sent, To, Subject, which are not the quoted writer's words. */
function withoutHeader(text: string): string {
  const lines = text.split('\n')
  return lines.slice(headerBlockAt(lines, 0)).join('\n')
}
