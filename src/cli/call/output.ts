import { SingleBar } from 'cli-progress'
import Table from 'cli-table3'
import { stockholmDate } from '../../core/retention/calendar.ts'
import type { Call } from './call.ts'

/**
 * Text from mail made safe for a terminal: control characters could move the cursor or change its
 * settings, and bidirectional marks could show another text than is there (P10).
 */
export function plain(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '').replace(/[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '')
}

/** One line of at most `length` characters. */
export function oneLine(text: string, length: number): string {
  const line = plain(text.slice(0, length * 4))
    .replace(/\s+/g, ' ')
    .trim()
  const letters = Array.from(line)
  return letters.length > length ? `${letters.slice(0, length - 1).join('')}…` : line
}

/** C1 controls survive JSON.stringify and are commands to some terminals. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? Number(each) : each), 2)
  return text.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

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

export interface Bar {
  update(done: number, total: number): void
  stop(): void
}

/** A progress bar on stderr; silent when nobody watches. */
export function startBar(call: Call, label: string): Bar {
  if (call.io.stderr.isTTY !== true) return { update: () => undefined, stop: () => undefined }
  const bar = new SingleBar({
    stream: call.io.stderr,
    format: `${plain(label)} [{bar}] {value}/{total}`,
    hideCursor: true,
    clearOnComplete: true,
  })
  bar.start(0, 0)
  return {
    update: (done, total) => {
      bar.setTotal(Math.max(total, done))
      bar.update(done)
    },
    stop: () => bar.stop(),
  }
}
