import Table from 'cli-table3'
import { stockholmDate } from '../../core/retention/calendar.ts'
import type { Call } from './call.ts'
import { oneLine, plain } from './plain-text.ts'

/** Columns without lines; the head is bold on a terminal only. Cells are made safe here. */
export function table(call: Call, head: string[], rows: (string | number)[][]): string {
  const bold = call.io.stdout.isTTY === true && !call.io.env['NO_COLOR']
  const drawn = new Table({
    head,
    style: { head: bold ? ['bold'] : [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: BORDERLESS,
  })
  drawn.push(...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? String(cell) : oneLine(cell, 200)))))
  return drawn.toString().replace(/[ \t]+$/gm, '')
}

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
}

/** Names and values, one a line. */
export function facts(rows: [string, string][]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${plain(value)}`).join('\n')
}

/** Date and time in Stockholm, to the minute. */
export function moment(at: Date): string {
  const time = at.toLocaleTimeString('sv-SE', { timeZone: 'Europe/Stockholm', hour: '2-digit', minute: '2-digit' })
  return `${stockholmDate(at)} ${time}`
}
