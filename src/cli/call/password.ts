import { password as askPassword, isCancel } from '@clack/prompts'
import { readFile } from 'node:fs/promises'
import { fill } from '../../text/wording/wording.ts'
import { badInput } from './bad-input.ts'
import type { Call } from './call.ts'
import type { ServerAddress } from '../../core/mailbox/server-login.ts'

/** From a file, or typed unseen; never from the command line. */
export async function readPassword(call: Call, place: ServerAddress): Promise<string> {
  const { io, texts, given } = call
  const file = given.text('passwordFile')
  let typed: string | symbol
  if (file !== undefined) typed = (await readText(call, '--password-file', file)).replace(/\r?\n$/, '')
  else if (io.stdin.isTTY !== true) throw badInput(texts, '--password-file', 'noTerminal', 'writePasswordFile')
  else
    typed = await askPassword({
      message: fill(texts.askPassword, { user: place.user, host: place.host }),
      input: io.stdin,
      output: io.stderr,
    })
  if (typeof typed !== 'string' || isCancel(typed))
    throw badInput(texts, '--password-file', 'passwordCancelled', 'writePasswordFile')
  if (typed === '') throw badInput(texts, '--password-file', 'passwordEmpty', 'writePasswordFile')
  return typed
}

/** The PEM that --ca names; null when not given. */
export async function readCa(call: Call): Promise<string | null> {
  const path = call.given.text('ca')
  if (path === undefined) return null
  const ca = await readText(call, '--ca', path)
  if (!ca.includes('-----BEGIN CERTIFICATE-----')) throw badInput(call.texts, '--ca', 'notAPem', 'writePem')
  return ca
}

async function readText({ texts }: Call, what: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    const problem = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw badInput(texts, what, 'fileUnreadable', 'checkPath', { problem })
  })
}
