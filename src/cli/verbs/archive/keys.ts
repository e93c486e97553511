import { COPY_CODES } from '../../../pipeline/read/examine.ts'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { PAPER_LINES, paperMark, readPaperKey, readPaperLine, writePaperKey } from '../../../store/keys/paper-key.ts'
import { stockholmDate } from '../../../core/retention/calendar.ts'
import { epochDays } from '../../../pipeline/purge/upkeep.ts'
import { readRules } from '../../../rulebook.ts'
import { appendAudit, INSTALLATION } from '../../../store/audit.ts'
import { giveUpBrokenRows, lateEpochs } from '../../../store/epochs/epochs.ts'
import { withLock } from '../../../store/keys/key-files.ts'
import { openKeyring } from '../../../store/keys/keyring-file.ts'
import { MASTER_FILE, readMaster, restoreMaster } from '../../../store/keys/master-key.ts'
import { inTransaction } from '../../../store/postgres/sql.ts'
import { fill } from '../../../text/texts.ts'
import { badInput } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { moment } from '../../../present/words.ts'
import { table } from '../../call/output.ts'
import { deciderOf, withArchive } from '../../call/with-archive.ts'

const DAY = 86_400_000

/** Which keys there are and how old; never a key. */
export async function show(call: Call): Promise<undefined> {
  const { config, texts } = call
  const days = epochDays(readRules(config.rulesDirectory, config.dataDirectory))
  const keyring = await openKeyring(config.keysDirectory, call.clock(), {
    expectExisting: true,
    copyDirectory: config.keysCopyDirectory,
  })
  const mark = paperMark(readMaster(join(config.keysDirectory, MASTER_FILE)))
  const { state, copiedAt } = keyring.copy.state()
  const newest = keyring.epochs().at(-1)!.id
  const late = lateEpochs(keyring.epochs(), days, call.clock())
  const epochs = keyring.epochs().map(({ id, beganOn }) => ({
    id,
    beganOn,
    ageDays: Math.floor((call.clock().getTime() - Date.parse(beganOn)) / DAY),
    // The newest one has no successor yet to take over its rows.
    destroyedOn: id === newest ? null : new Date(Date.parse(beganOn) + days * DAY).toISOString().slice(0, 10),
  }))
  call.report(
    { directory: config.keysDirectory, mark, epochs, copy: { directory: config.keysCopyDirectory, state, copiedAt } },
    () =>
      [
        fill(texts.keysIn, { directory: config.keysDirectory, mark }),
        '',
        table(call, {
          head: [texts.headEpoch, texts.headBegan, texts.headAge, texts.headDestroyed],
          rows: epochs.map((each) => [each.id, each.beganOn, each.ageDays, each.destroyedOn ?? '-']),
        }),
        '',
        ...(late.length === 0 ? [] : [fill(texts.keysLate, { epochs: late.join(', ') })]),
        fill(texts[COPY_CODES[state]], {
          directory: config.keysCopyDirectory ?? '',
          date: copiedAt === null ? '-' : moment(copiedAt),
          keys: config.keysDirectory,
        }),
      ].join('\n'),
  )
}

export async function rotate(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const { archive } = opened
    const { staffId } = await deciderOf(call, opened)
    archive.keyring.rotateMaster()
    const mark = paperMark(readMaster(join(call.config.keysDirectory, MASTER_FILE)))
    await inTransaction(archive.pool, (tx) =>
      appendAudit(tx, archive, INSTALLATION, {
        at: call.clock(),
        actor: `staff:${staffId}`,
        kind: 'master-key-rotated',
        payload: {},
      }),
    )
    const { state } = archive.keyring.copy.state()
    call.report({ mark, copy: state }, () =>
      fill(call.texts.keysRotated, { mark, directory: call.config.keysDirectory }),
    )
  })
}

/** Rows that do not open hold their epochs no longer. The number is asked for, so that nobody gives up more than was looked at. */
export async function giveUp(call: Call): Promise<undefined> {
  const count = /^[1-9]\d{0,8}$/.test(call.args[0] ?? '') ? Number(call.args[0]) : 0
  if (count === 0) throw badInput(call.texts, 'keys give-up', 'notACount', 'writeBrokenCount')
  await withArchive(call, async (opened) => {
    const { archive } = opened
    const { staffId } = await deciderOf(call, opened)
    const rows = await giveUpBrokenRows(archive, staffId, count, call.clock())
    call.report(rows, () =>
      fill(call.texts.keysGivenUp, {
        count: rows.length,
        rows: rows.map(({ table: name, id: row }) => `${name} ${row}`).join(', '),
      }),
    )
  })
}

/** For a person's eyes: never into a file, a pipe or JSON. */
export async function paper(call: Call): Promise<undefined> {
  const { config, texts, io } = call
  if (io.stdout.isTTY !== true || call.json) throw badInput(texts, 'keys paper', 'notATerminal', 'runInTerminal')
  // Proves that the key on the disk is the one that opens the keyring.
  await openKeyring(config.keysDirectory, call.clock(), {
    expectExisting: true,
    copyDirectory: config.keysCopyDirectory,
  })
  const key = readMaster(join(config.keysDirectory, MASTER_FILE))
  call.say(
    [
      fill(texts.paperHead, { date: stockholmDate(call.clock()), mark: paperMark(key) }),
      '',
      ...writePaperKey(key).map((line, at) => `  ${at + 1})  ${line}`),
      '',
      texts.paperFoot,
    ].join('\n'),
  )
}

/** Typed or piped in, never an argument: those stand in histories and process lists. */
export async function restoreTyped(call: Call): Promise<undefined> {
  const { config, texts } = call
  const key = readPaperKey(await readLines(call))
  if (key === null) throw badInput(texts, 'keys restore-master', 'paperWrong', 'paperAgain')
  const { setAside } = withLock(config.keysDirectory, () => restoreMaster(config.keysDirectory, key, call.clock()))
  const mark = paperMark(key)
  call.report({ mark, setAside }, () =>
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
