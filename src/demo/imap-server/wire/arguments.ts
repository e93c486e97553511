import type { ImapAttribute, ImapAttributeList } from 'imapflow/lib/handler/types.js'

/** Arguments of a client command as imapflow's parser gives them. */
export type Argument = ImapAttribute | undefined
export type ArgumentList = ImapAttribute[]

export function isList(argument: Argument): argument is ImapAttributeList {
  return Array.isArray(argument)
}

/** The members of a parenthesised list; a lone argument counts as a list of one. */
export function listOf(argument: Argument): ArgumentList {
  if (argument === undefined) return []
  return isList(argument) ? argument : [argument]
}

export function textOf(argument: Argument): string {
  if (argument === undefined || argument === null || isList(argument)) return ''
  const { value } = argument
  return Buffer.isBuffer(value) ? value.toString('utf8') : String(value ?? '')
}

export function wordOf(argument: Argument): string {
  return textOf(argument).toUpperCase()
}

export function octetsOf(argument: Argument): Buffer | null {
  if (argument === undefined || argument === null || isList(argument)) return null
  const { value } = argument
  if (Buffer.isBuffer(value)) return value
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : null
}

/** @throws SyntaxError, answered with BAD, when the argument is no plain number. */
export function numberOf(argument: Argument): number {
  const text = textOf(argument)
  if (!/^\d{1,15}$/.test(text)) throw new SyntaxError('number expected')
  return Number(text)
}
