import { showConversation, showMessage, type Shown } from '../../../pipeline/read/show-messages.ts'
import type { Rules } from '../../../pipeline/decide/rules.ts'
import { conversationFacts } from '../../../present/conversation.ts'
import { messageCard, type MessageCard } from '../../../present/message.ts'
import { plain } from '../../../present/safe-text.ts'
import { fill } from '../../../text/wording/wording.ts'
import type { Call } from '../../call/call.ts'
import { EXIT, type ExitCode } from '../../call/exit-codes.ts'
import { parseId } from '../../call/ids.ts'
import { facts } from '../../call/facts.ts'
import { accountOf, readingOf, withArchive } from '../../call/with-archive.ts'

export async function show(call: Call): Promise<ExitCode> {
  const id = parseId(call.args[0] ?? '', ['m', 'c'], call.texts)
  return withArchive(call, async (opened) => {
    const account = await accountOf(call, opened, id)
    const reading = await readingOf(call, opened)
    const shown = await (id.kind === 'm' ? showMessage : showConversation)(reading, account, id.number)
    const { unopened } = shown
    if (unopened.length > 0)
      call.note(fill(call.texts.messagesUnopened, { count: unopened.length, ids: unopened.join(' ') }))
    call.report(shown, () => shownText(call, opened.rules, shown, id.kind === 'c'))
    return unopened.length > 0 ? EXIT.failed : EXIT.ok
  })
}

function shownText(call: Call, rules: Rules, { conversation, messages }: Shown, whole: boolean): string {
  return [
    ...(whole ? [facts(conversationFacts(call, conversation))] : []),
    ...messages.map((each) => cardText(call, messageCard(call, rules, each))),
  ].join(`\n\n${'─'.repeat(72)}\n\n`)
}

function cardText({ texts }: Call, { head, text, judged, retention, history }: MessageCard): string {
  return [
    facts(head),
    plain(text),
    facts(judged),
    retention === null ? texts.noDecision : facts(retention),
    `${texts.headHistory}\n${history.join('\n')}`,
  ].join('\n\n')
}
