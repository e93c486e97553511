import { textOf, wordOf } from '../wire/arguments.ts'
import { CAPABILITIES, type Call, type Command } from './command.ts'
import type { Session } from '../state/session.ts'

export const SESSION_COMMANDS: Record<string, Command> = {
  CAPABILITY: { needs: 'nothing', run: ({ session }) => untagged(session, `* CAPABILITY ${CAPABILITIES}`) },
  ID: { needs: 'nothing', run: ({ session }) => untagged(session, '* ID ("name" "gallra-demo")') },
  NOOP: { needs: 'nothing', run: () => 'OK done' },
  LOGIN: {
    needs: 'nothing',
    run: (call) => logIn(call.session, textOf(call.arguments[0]), textOf(call.arguments[1])),
  },
  AUTHENTICATE: { needs: 'nothing', run: authenticate },
  LOGOUT: {
    needs: 'nothing',
    run: ({ session, tag }) => {
      session.send('* BYE bye')
      session.send(`${tag} OK bye`)
      session.wire.end()
      return null
    },
  },
  NAMESPACE: { needs: 'login', run: ({ session }) => untagged(session, '* NAMESPACE (("" "/")) NIL NIL') },
  ENABLE: {
    needs: 'login',
    run: (call) => {
      const known = call.arguments.map(wordOf).filter((word) => word === 'CONDSTORE' || word === 'QRESYNC')
      for (const word of known) call.session.enabled.add(word)
      return untagged(call.session, ['* ENABLED', ...known].join(' '))
    },
  },
  IDLE: { needs: 'login', run: idle },
}

function untagged(session: Session, line: string): string {
  session.send(line)
  return 'OK done'
}

function logIn(session: Session, user: string, password: string): string {
  if (session.mailbox !== null) return 'BAD already logged in'
  session.mailbox = session.login(user, password)
  if (session.mailbox === null) return 'NO [AUTHENTICATIONFAILED] wrong name or password'
  return `OK [CAPABILITY ${CAPABILITIES}] logged in`
}

/** SASL PLAIN (RFC 4616), with or without an initial response. */
function authenticate({ session, tag, arguments: [mechanism, initial] }: Call): string | null {
  if (wordOf(mechanism) !== 'PLAIN') return 'NO unknown mechanism'
  const answer = (response: string): string => {
    const [, user, password] = Buffer.from(response, 'base64').toString('utf8').split('\0')
    return logIn(session, user ?? '', password ?? '')
  }
  if (initial !== undefined) return answer(textOf(initial))
  session.continuation = (line) => session.send(`${tag} ${line === '*' ? 'BAD cancelled' : answer(line)}`)
  session.send('+ ')
  return null
}

/** RFC 2177. */
function idle({ session, tag }: Call): null {
  session.reportChanges(true)
  session.idling = true
  session.continuation = (line) => {
    session.idling = false
    session.reportChanges(true)
    session.send(`${tag} ${/^done$/i.test(line) ? 'OK done' : 'BAD expected DONE'}`)
  }
  session.send('+ idling')
  return null
}
