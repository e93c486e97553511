import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import { syncAccount } from '../../src/pipeline/follow/follow.ts'
import { previewPurge } from '../../src/pipeline/purge/purge.ts'
import { purgeAccount } from '../../src/pipeline/purge/purge-account.ts'
import { approveReview, armPurge } from '../../src/pipeline/decide/staff-decisions.ts'
import { readRules } from '../../src/rulebook/read-rules.ts'
import type { Account } from '../../src/store/accounts.ts'
import { openArchive } from '../../src/store/opening/open-archive.ts'
import type { Archive } from '../../src/store/archive.ts'
import { openLeases } from '../../src/store/postgres/lease.ts'
import { carol, testAccount } from '../harness/archive.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { planMail, type PlannedMail } from '../harness/planned-mail.ts'
import { buildProgram, runProgram } from '../harness/program.ts'
import { findFaults } from '../harness/quiet.ts'
import { seeded } from '../harness/random.ts'

const ROOT = resolve(import.meta.dirname, '..', '..')
const MEGABYTE = 1024 * 1024

/** A small disk of its own, where the system allows one; null elsewhere. */
function mountDisk(size: string): string | null {
  const directory = mkdtempSync(join(tmpdir(), 'gallra-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'tmpfs', directory], { stdio: 'ignore' })
    return directory
  } catch {
    rmSync(directory, { recursive: true })
    return null
  }
}

const disk = dovecotAvailable() ? mountDisk('300m') : null
afterAll(() => {
  if (disk === null) return
  execFileSync('umount', [disk])
  rmSync(disk, { recursive: true })
})

it.runIf(disk === null)('no disk can be mounted here: the full disk is skipped', ({ skip }) => skip())

describe.skipIf(disk === null)('a full disk', () => {
  let server: Dovecot
  let rulesDirectory: string
  beforeAll(async () => {
    buildProgram()
    server = await startDovecot()
    rulesDirectory = join(mkdtempSync(join(tmpdir(), 'gallra-rules-')), 'rules')
    cpSync(join(ROOT, 'rules'), rulesDirectory, { recursive: true })
    const schedule = join(rulesDirectory, 'schedule.yaml')
    writeFileSync(
      schedule,
      readFileSync(schedule, 'utf8').replace(/^caps: .*$/m, 'caps: { count: 100000, share: 1, least: 100000 }'),
    )
  })
  afterAll(async () => {
    await server.stop()
    rmSync(join(rulesDirectory, '..'), { recursive: true })
  })

  const data = (): string => join(disk!, 'data')
  const ballast = (): string => join(disk!, 'ballast')
  /** Takes all but so many octets. */
  const fill = (leave: number): void => {
    const { bavail, bsize } = statfsSync(disk!)
    writeFileSync(ballast(), Buffer.alloc(Math.max(0, bavail * bsize - leave)))
  }
  const free = (): void => rmSync(ballast(), { force: true })

  const opened = async <T>(work: (archive: Archive) => Promise<T>): Promise<T> => {
    mkdirSync(data(), { recursive: true })
    const archive = await openArchive(
      {
        dataDirectory: data(),
        keysDirectory: join(data(), 'keys'),
        migrationsDirectory: join(ROOT, 'prisma', 'migrations'),
        databaseUrl: null,
      },
      new Date(),
    )
    try {
      return await work(archive)
    } finally {
      await archive.close()
    }
  }

  /** Ends by itself, full disk or not, and says what is wrong. */
  const run = async (verb: string): Promise<number | string> => {
    const running = runProgram([verb], { GALLRA_DATA: data(), GALLRA_RULES: rulesDirectory })
    const late = setTimeout(() => running.child.kill('SIGKILL'), 90_000)
    const ended = await running.ended
    clearTimeout(late)
    if (ended !== 0) expect(running.said()).toMatch(/^The disk is full \((ENOSPC|53100|PostgreSQL)\)\. [^\n]*\n$/)
    return ended
  }

  it('stops reading and purging, loses nothing, and goes on when there is room again', async () => {
    const rules = readRules(rulesDirectory)
    let account!: Account
    let staffId = 0
    await opened(async (archive) => {
      account = await testAccount(
        archive,
        { port: server.port, user: server.user, password: server.password },
        new Date(),
      )
      staffId = (await carol(archive, new Date())).id
      await armPurge(archive, staffId, true, new Date())
    })
    const random = seeded(9)
    const planned: PlannedMail[] = planMail(random, 24, new Date(), 6).map((plan, at) =>
      at % 3 === 0 ? { ...plan, source: weighted(plan.source, random.octets(1_500_000).toString('base64')) } : plan,
    )
    const mailbox = await connect(account.settings)
    await mailbox.createFolder('Kunder')
    for (const { source, at, folders } of planned)
      for (const folder of folders) await mailbox.append(folder, source, [], at)
    mailbox.close()

    const ends: (number | string)[] = []
    // Not even room to begin; then for a part of the mail.
    for (const room of [0, 6 * MEGABYTE, 26 * MEGABYTE, 40 * MEGABYTE]) {
      fill(room)
      ends.push(await run('sync'))
      free()
    }
    if (process.env['GALLRA_SHOW']) process.stdout.write(`ends ${ends.join()}\n`)
    expect(ends).not.toContain('SIGKILL')
    expect(ends.filter((end) => end !== 0).length).toBeGreaterThanOrEqual(2)
    expect(await run('sync')).toBe(0)

    await opened(async (archive) => {
      const review = (await previewPurge(archive, account, rules, new Date())).review.map(
        (verdict) => verdict.messageId,
      )
      if (review.length > 0)
        await approveReview(
          { archive, account, rules },
          { staffId, via: 'cli', reason: 'sett', messageIds: review },
          new Date(),
        )
    })
    fill(0)
    const purged = await run('purge')
    free()
    expect(purged).toBe(1)

    await opened(async (archive) => {
      const leases = await openLeases(archive.databaseUrl)
      await purgeAccount({ archive, account, rules, leases, clock: () => new Date() })
      await leases.close()
      const again = await connect(account.settings)
      await syncAccount({ archive, account, rules, mailbox: again, clock: () => new Date() })
      again.close()
      expect(await findFaults(archive, account.id, account.settings, planned, { alone: true })).toEqual([])
    })
  }, 600_000)

  it.each(['64k', '2m'])(
    'of %s leaves no half backup, and says so',
    async (size) => {
      const small = mountDisk(size)!
      const backup = (place: string) =>
        runProgram(['backup', place], { GALLRA_DATA: data(), GALLRA_RULES: rulesDirectory })
      try {
        await opened(async () => {
          for (const place of [join(small, 'backup'), small]) {
            const running = backup(place)
            expect(await running.ended).toBe(1)
            expect(running.said()).toBe(
              `The disk of ${place} is full (ENOSPC). The backup was not complete and has been removed. ` +
                'Free some space and start again.\n',
            )
            expect(readdirSync(small)).toEqual([])
          }
          execFileSync('mount', ['-o', 'remount,size=100m', small])
          expect(await backup(small).ended).toBe(0)
          expect(readdirSync(small)).toContain('manifest.json')
        })
      } finally {
        execFileSync('umount', [small])
        rmSync(small, { recursive: true })
      }
    },
    300_000,
  )
})

/** The same message with an attachment that cannot be compressed away. */
function weighted(source: Buffer, base64: string): Buffer {
  const [head = '', body = ''] = source.toString().split(/\r\n\r\n(.*)/s)
  const bare = head.replace(/^MIME-Version.*\r\n|^Content-.*(\r\n|$)/gm, '').trimEnd()
  const lines = base64.replace(/.{76}/g, '$&\r\n')
  return Buffer.from(
    `${bare}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: ` +
      `text/plain; charset=utf-8\r\n\r\n${body}\r\n--b\r\nContent-Type: application/pdf; ` +
      `name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines}\r\n--b--\r\n`,
  )
}
