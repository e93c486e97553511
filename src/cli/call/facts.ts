import { plain } from '../../present/safe-text.ts'
import type { Fact } from '../../present/words.ts'

/** Names and values, one a line. */
export function facts(rows: readonly Fact[]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${plain(value)}`).join('\n')
}
