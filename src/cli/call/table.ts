import Table from 'cli-table3'
import type { Rows } from '../../present/words.ts'
import type { Call } from './call.ts'
import { oneLine } from '../../present/safe-text.ts'

/** Columns without lines; the head is bold on a terminal only. Cells are made safe here. */
export function table(call: Call, { head, rows }: Rows): string {
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
