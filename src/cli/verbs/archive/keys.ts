import { createInterface } from 'node:readline'
import { stockholmDate } from '../../../core/retention/calendar.ts'
import { epochDays } from '../../../pipeline/purge/upkeep.ts'
import { COPY_CODES } from '../../../pipeline/read/examine.ts'
import {
  giveUpRows,
  PAPER_LINES,
  readKeys,
  readPaper,
  readPaperLine,
  restorePaper,
  rotateMaster,
  type KeysReport,
} from '../../../pipeline/setup/keys.ts'
import { moment } from '../../../present/words.ts'
import { readRules } from '../../../rulebook/read-rules.ts'
import { fill } from '../../../text/wording/wording.ts'
import { badInput } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { table } from '../../call/table.ts'
import { deciderOf, withArchive } from '../../call/with-archive.ts'

export async function show(call: Call): Promise<undefined> {
  const { config } = call
  const days = epochDays(readRules(config.rulesDirectory, config.dataDirectory))
  const { report, late } = await readKeys(config, days, call.clock())
  call.report(report, () => keysText(call, report, late))
}

function keysText(call: Call, { directory, mark, epochs, copy }: KeysReport, late: readonly number[]): string {
  const { texts } = call
  return [
    fill(texts.keysIn, { directory, mark }),
    '',
    table(call, {
      head: [texts.headEpoch, texts.headBegan, texts.headAge, texts.headDestroyed],
      rows: epochs.map((each) => [each.id, each.beganOn, each.ageDays, each.destroyedOn ?? '-']),
    }),
    '',
    ...(late.length === 0 ? [] : [fill(texts.keysLate, { epochs: late.join(', ') })]),
    fill(texts[COPY_CODES[copy.state]], {
      directory: copy.directory ?? '',
      date: copy.copiedAt === null ? '-' : moment(copy.copiedAt),
      keys: directory,
    }),
  ].join('\n')
}

export async function rotate(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const by = await deciderOf(call, opened)
    const rotated = await rotateMaster(opened.archive, call.config, by, call.clock())
    const { mark } = rotated
    call.report(rotated, () => fill(call.texts.keysRotated, { mark, directory: call.config.keysDirectory }))
  })
}

/** The number is asked for, so that no person gives up more rows than they looked at. */
export async function giveUp(call: Call): Promise<undefined> {
  const count = /^[1-9]\d{0,8}$/.test(call.args[0] ?? '') ? Number(call.args[0]) : 0
  if (count === 0) throw badInput(call.texts, 'keys give-up', 'notACount', 'writeBrokenCount')
  await withArchive(call, async (opened) => {
    const rows = await giveUpRows(opened.archive, await deciderOf(call, opened), count, call.clock())
    const named = rows.map(({ table: name, id: row }) => `${name} ${row}`).join(', ')
    call.report(rows, () => fill(call.texts.keysGivenUp, { count: rows.length, rows: named }))
  })
}

/** For a person's eyes: never into a file, a pipe or JSON. */
export async function paper(call: Call): Promise<undefined> {
  const { config, texts, io } = call
  if (io.stdout.isTTY !== true || call.json) throw badInput(texts, 'keys paper', 'notATerminal', 'runInTerminal')
  const { mark, lines } = await readPaper(config, call.clock())
  call.say(
    [
      fill(texts.paperHead, { date: stockholmDate(call.clock()), mark }),
      '',
      ...lines.map((line, at) => `  ${at + 1})  ${line}`),
      '',
      texts.paperFoot,
    ].join('\n'),
  )
}

/** Typed or piped in, never an argument: those are kept in histories and shown in process lists. */
export async function restoreTyped(call: Call): Promise<undefined> {
  const { config, texts } = call
  const restored = restorePaper(config, await readLines(call), call.clock())
  if (restored === null) throw badInput(texts, 'keys restore-master', 'paperWrong', 'paperAgain')
  const { mark, setAside } = restored
  call.report(restored, () =>
    [
      fill(texts.masterRestored, { mark }),
      ...(setAside === null ? [] : [fill(texts.masterSetAside, { path: setAside })]),
    ].join('\n'),
  )
}

async function readLines(call: Call): Promise<string[]> {
  const { io, texts } = call
  const terminal = io.stdin.isTTY === true
  const lines: string[] = []
  const reader = createInterface({
    input: io.stdin,
    ...(terminal ? { output: io.stderr } : {}),
    terminal,
    historySize: 0,
  })
  // The input may end before all its lines have been read; Node 24 refuses a prompt then.
  let ended = !terminal
  reader.once('close', () => (ended = true))
  const ask = () => {
    if (ended) return
    reader.setPrompt(fill(texts.askPaperLine, { line: lines.length + 1, lines: PAPER_LINES }))
    reader.prompt()
  }
  try {
    ask()
    for await (const text of reader) {
      if (text.trim() === '') continue
      const signs = readPaperLine(text, lines.length)
      if (signs !== null) lines.push(signs)
      else if (terminal) call.note(fill(texts.paperLineWrong, { line: lines.length + 1 }))
      else break
      if (lines.length === PAPER_LINES) return lines
      ask()
    }
  } finally {
    reader.close()
  }
  throw badInput(texts, fill(texts.paperLine, { line: lines.length + 1 }), 'paperLineBad', 'paperAgain')
}
