import type { RecordId, RecordKind } from '../../pipeline/opening/open.ts'
import type { Texts } from '../../text/texts.ts'
import { badInput } from './bad-input.ts'

const LARGEST = 2_147_483_647

/** The one reader of ids; upper case and a leading # are forgiven, anything else is refused. */
export function parseId<K extends RecordKind>(text: string, kinds: readonly K[], texts: Texts): RecordId<K> {
  const match = /^#?([a-z])([1-9]\d{0,9})$/.exec(text.trim().toLowerCase())
  const kind = kinds.find((known) => known === match?.[1])
  const number = Number(match?.[2] ?? 0)
  if (kind === undefined || number < 1 || number > LARGEST) {
    throw badInput(texts, 'ID', 'notAnId', 'writeId', { known: kinds.map((known) => EXAMPLES[known]).join(', ') })
  }
  return { kind, number }
}

const EXAMPLES: Record<RecordKind, string> = { m: 'm12', c: 'c7', k: 'k3', h: 'h4', t: 't5' }
