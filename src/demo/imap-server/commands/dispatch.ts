import { parser } from 'imapflow/lib/handler/imap-handler.js'
import type { RawCommand } from '../wire/command-reader.ts'
import type { Answer, Call, Command } from './command.ts'
import { fetchMessages } from './fetch-command.ts'
import { FOLDER_COMMANDS } from './folder-commands.ts'
import { MESSAGE_COMMANDS } from './message-commands.ts'
import { searchMessages } from './search-command.ts'
import { SELECT_COMMANDS } from './select-commands.ts'
import { SESSION_COMMANDS } from './session-commands.ts'
import type { Session } from '../state/session.ts'

/** Every command the server knows. */
const COMMANDS = new Map<string, Command>(
  Object.entries({
    ...SESSION_COMMANDS,
    ...FOLDER_COMMANDS,
    ...SELECT_COMMANDS,
    ...MESSAGE_COMMANDS,
    FETCH: { needs: 'selection', run: fetchMessages },
    SEARCH: { needs: 'selection', run: searchMessages },
  }),
)

/** Commands during which sequence numbers must not change (RFC 3501 section 7.4.1). */
const BY_SEQUENCE = ['FETCH', 'STORE', 'SEARCH']

/** Runs one command line to its tagged answer. */
export async function dispatch(session: Session, raw: RawCommand): Promise<void> {
  const { continuation } = session
  if (continuation !== null) {
    session.continuation = null
    continuation(raw.text)
    return
  }
  const tag = /^[\x21-\x7e]{1,64}(?= )/.exec(raw.text)?.[0] ?? '*'
  const parsed = await parse(raw)
  if (parsed === null) return session.send(`${tag} BAD cannot be parsed`)
  const { name, byUid } = parsed
  const command = COMMANDS.get(name)
  if (command === undefined) return session.send(`${tag} BAD unknown command`)
  const answer = await run(command, { session, tag, arguments: parsed.arguments, byUid })
  if (answer === null) return
  session.reportChanges(byUid || !BY_SEQUENCE.includes(name))
  session.send(`${tag} ${answer}`)
}

async function parse(raw: RawCommand): Promise<{ name: string; byUid: boolean; arguments: Call['arguments'] } | null> {
  try {
    const { command, attributes } = await parser(raw.text, { literals: raw.literals })
    const words = (command ?? '').toUpperCase().split(' ')
    const byUid = words[0] === 'UID'
    const [name, mechanism] = byUid ? words.slice(1) : words
    // The parser takes AUTHENTICATE and its mechanism for one command word.
    const given = [...(mechanism === undefined ? [] : [{ type: 'ATOM', value: mechanism }]), ...(attributes ?? [])]
    return { name: name ?? '', byUid, arguments: given }
  } catch {
    return null
  }
}

async function run(command: Command, call: Call): Promise<Answer> {
  const { mailbox, selection } = call.session
  try {
    if (command.needs === 'nothing') return command.run(call)
    if (mailbox === null) return 'BAD log in first'
    if (command.needs === 'login') return command.run({ ...call, mailbox })
    if (selection === null) return 'BAD select a folder first'
    return await command.run({ ...call, mailbox, selection })
  } catch (error) {
    return error instanceof SyntaxError ? `BAD ${error.message}` : 'NO [SERVERBUG] the command failed'
  }
}
