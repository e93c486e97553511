import { listOf, wordOf } from '../wire/arguments.ts'
import type { SelectedCall } from './command.ts'
import { parseSearchKeys } from './search-key.ts'
import { formatNumberSet } from '../wire/number-set.ts'

/** SEARCH, with the extended answer of RFC 4731 when RETURN is given. */
export function searchMessages({ session, selection, tag, byUid, arguments: given }: SelectedCall): string {
  const rest = [...given]
  let returns: string[] | null = null
  if (wordOf(rest[0]) === 'RETURN') {
    returns = listOf(rest[1]).map(wordOf)
    if (returns.length === 0) returns = ['ALL']
    rest.splice(0, 2)
  }
  if (wordOf(rest[0]) === 'CHARSET') rest.splice(0, 2)
  const matches = parseSearchKeys(rest, selection)
  const found = selection.pick('1:*', false).filter(matches)
  const numbers = found.map(({ sequence, message }) => (byUid ? message.uid : sequence))
  const asksModseq = rest.some((argument) => wordOf(argument) === 'MODSEQ')
  const modseq = asksModseq && found.length > 0 ? Math.max(...found.map(({ message }) => message.modseq)) : null
  if (returns === null) {
    session.send(['* SEARCH', ...numbers, ...(modseq === null ? [] : [`(MODSEQ ${modseq})`])].join(' '))
    return 'OK done'
  }
  const line = [`* ESEARCH (TAG "${tag}")`]
  if (byUid) line.push('UID')
  if (returns.includes('MIN') && numbers.length > 0) line.push(`MIN ${numbers[0]!}`)
  if (returns.includes('MAX') && numbers.length > 0) line.push(`MAX ${numbers.at(-1)!}`)
  if (returns.includes('COUNT')) line.push(`COUNT ${numbers.length}`)
  if (returns.includes('ALL') && numbers.length > 0) line.push(`ALL ${formatNumberSet(numbers)}`)
  if (modseq !== null) line.push(`MODSEQ ${modseq}`)
  session.send(line.join(' '))
  return 'OK done'
}
