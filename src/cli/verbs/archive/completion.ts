import { badInput } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { completionScript, SHELLS } from '../../manual/completion.ts'
import { VERBS } from '../../verbs.ts'

export function printCompletion(call: Call): Promise<undefined> {
  const shell = SHELLS.find((each) => each === call.args[0])
  if (shell === undefined) throw badInput(call.texts, 'SHELL', 'notOneOf', 'writeOneOf', { known: SHELLS.join(', ') })
  call.io.stdout.write(completionScript(shell, VERBS, call.language))
  return Promise.resolve(undefined)
}
