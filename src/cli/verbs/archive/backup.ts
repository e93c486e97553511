import { resolve } from 'node:path'
import { MIGRATIONS_DIRECTORY } from '../../../config.ts'
import { checkBackup, makeBackup, type Manifest } from '../../../pipeline/mend/back-up.ts'
import { rebuildIndex } from '../../../pipeline/mend/reindex.ts'
import { restoreBackup, type RestoreStep } from '../../../pipeline/mend/restore.ts'
import { fill } from '../../../text/wording/wording.ts'
import type { Call } from '../../call/call.ts'
import { EXIT, type ExitCode } from '../../call/exit-codes.ts'
import { moment } from '../../../present/words.ts'
import { startBar } from '../../call/progress.ts'
import { withArchive } from '../../call/with-archive.ts'

/** The backup is made all the same, but a person has to look: what it lacks now, an earlier one may still have. */
export async function backup(call: Call): Promise<ExitCode> {
  const directory = resolve(call.args[0] ?? '')
  return withArchive(call, async (opened) => {
    const bar = startBar(call, call.texts.backingUp)
    const onProgress = (done: number, total: number) => bar.update(megabytes(done), megabytes(total))
    const made = makeBackup(opened, directory, onProgress, call.clock())
    const { manifest, left } = await made.finally(() => bar.stop())
    call.report({ directory, ...summary(manifest) }, () =>
      [fill(call.texts.backedUp, { directory, ...words(manifest) }), ...brokenLines(call, manifest.broken ?? 0)].join(
        '\n',
      ),
    )
    return left > 0 ? EXIT.needsPerson : EXIT.ok
  })
}

export async function verify(call: Call): Promise<ExitCode> {
  const directory = resolve(call.args[0] ?? '')
  const bar = startBar(call, call.texts.verifying)
  const onProgress = (done: number, total: number) => bar.update(megabytes(done), megabytes(total))
  const checked = checkBackup(directory, call.config.keysDirectory, onProgress, call.clock())
  const { manifest, ...found } = await checked.finally(() => bar.stop())
  const { unopened, givenUp, ledger, purgedSince } = found
  call.report({ directory, ...summary(manifest), ...found }, () =>
    [
      fill(call.texts.backupWhole, { directory, ...words(manifest) }),
      ...brokenLines(call, unopened),
      fill(ledger ? call.texts.backupPurgedSince : call.texts.backupNoLedger, { count: purgedSince }),
    ].join('\n'),
  )
  return unopened > givenUp ? EXIT.needsPerson : EXIT.ok
}

export async function restore(call: Call): Promise<undefined> {
  const directory = resolve(call.args[0] ?? '')
  const { config, texts } = call
  const bars = new Map<RestoreStep, ReturnType<typeof startBar>>()
  const show = (step: RestoreStep, done: number, total: number) => {
    let bar = bars.get(step)
    if (bar === undefined) {
      for (const earlier of bars.values()) earlier.stop()
      bars.set(step, (bar = startBar(call, texts[STEPS[step]])))
    }
    if (step === 'loading') bar.update(megabytes(done), megabytes(total))
    else bar.update(done, total)
  }
  try {
    const place = { ...config, migrationsDirectory: MIGRATIONS_DIRECTORY }
    const report = await restoreBackup(
      place,
      directory,
      { withoutLedger: call.given.has('withoutLedger'), onProgress: show },
      call.clock,
    )
    for (const bar of bars.values()) bar.stop()
    const { returned, unopened, ...counts } = report
    call.report(report, () =>
      [
        fill(texts.restored, { ...counts, at: moment(new Date(report.backupAt)) }),
        fill(texts.restoredDropped, counts),
        ...(returned.length > 0
          ? [fill(texts.restoredReturned, { count: returned.length, ids: returned.map((id) => `m${id}`).join(' ') })]
          : []),
        ...unopenedLines(call, unopened),
        ...(report.unreadable > 0 ? [fill(texts.restoredUnreadable, { count: report.unreadable })] : []),
        texts.restoredLost,
        fill(texts.restoredNext, counts),
      ].join('\n'),
    )
  } finally {
    for (const bar of bars.values()) bar.stop()
  }
}

const STEPS = { loading: 'restoreLoading', dropping: 'restoreDropping', indexing: 'indexing' } as const

export async function reindex(call: Call): Promise<undefined> {
  await withArchive(call, async ({ archive }) => {
    const bar = startBar(call, call.texts.indexing)
    try {
      const unopened: number[] = []
      const indexed = await rebuildIndex(
        archive,
        call.clock,
        (done, total) => bar.update(done, total),
        (ids) => unopened.push(...ids),
      )
      call.report({ indexed, unopened }, () =>
        [fill(call.texts.indexed, { count: indexed }), ...unopenedLines(call, unopened)].join('\n'),
      )
    } finally {
      bar.stop()
    }
  })
}

function brokenLines(call: Call, count: number): string[] {
  return count === 0 ? [] : [fill(call.texts.backupBroken, { count })]
}

function unopenedLines(call: Call, ids: number[]): string[] {
  return ids.length === 0
    ? []
    : [fill(call.texts.restoredUnopened, { count: ids.length, ids: ids.map((id) => `m${id}`).join(' ') })]
}

function summary(manifest: Manifest) {
  const { createdAt, restorableUntil, auditHeads, epochs, tables } = manifest
  return {
    createdAt,
    restorableUntil,
    schema: manifest.migrations.at(-1)!.name,
    epochs,
    broken: manifest.broken ?? 0,
    auditHeads,
    octets: octetsOf(manifest),
    rows: Object.fromEntries(tables.map(({ name, rows }) => [name, rows])),
  }
}

function words(manifest: Manifest): Record<string, string | number> {
  const messages = manifest.tables.find(({ name }) => name === 'Message')?.rows ?? 0
  return {
    messages,
    size: megabytes(octetsOf(manifest)),
    at: moment(new Date(manifest.createdAt)),
    until: manifest.restorableUntil ?? '-',
  }
}

function octetsOf({ tables }: Manifest): number {
  return tables.reduce((sum, table) => sum + table.octets, 0)
}

function megabytes(octets: number): number {
  return Math.ceil(octets / 1_000_000)
}
